package dev.millrace.standalone;

import dev.millrace.cli.HomeMesh;
import dev.millrace.mesh.command.MeshHealth;
import dev.millrace.mesh.fleet.LeftMesh;
import dev.millrace.mesh.fleet.Mesh;
import dev.millrace.mesh.fleet.Remains;
import dev.millrace.runtime.Home;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The mesh that {@code up --mesh} starts in a home. */
final class OwnMesh implements HomeMesh {
    @Override
    public int sweep(Path home) {
        return Mesh.sweep(new Home(home));
    }

    @Override
    public Map<String, String> processes(Path home) {
        return MeshHealth.of(new Home(home));
    }

    @Override
    public List<String> instances(Path home) {
        return Remains.instances(new Home(home));
    }

    @Override
    public int count(Path home) {
        return Remains.processes(new Home(home));
    }

    @Override
    public Optional<String> left(Path home, UnaryOperator<String> typed) {
        return LeftMesh.told(new Home(home), typed);
    }
}
