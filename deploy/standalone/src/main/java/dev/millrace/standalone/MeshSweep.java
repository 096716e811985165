package dev.millrace.standalone;

import dev.millrace.cli.Sweep;
import dev.millrace.mesh.fleet.Mesh;
import dev.millrace.mesh.fleet.Remains;
import dev.millrace.runtime.Home;
import java.nio.file.Path;
import java.util.List;

/** What {@code down} has to know of a mesh. */
final class MeshSweep implements Sweep {
    @Override
    public int end(Path home) {
        return Mesh.sweep(new Home(home));
    }

    @Override
    public List<String> instances(Path home) {
        return Remains.instances(new Home(home));
    }

    @Override
    public int processes(Path home) {
        return Remains.processes(new Home(home));
    }
}
