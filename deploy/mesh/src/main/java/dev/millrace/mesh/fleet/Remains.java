package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.runtime.Home;
import java.util.List;

/** What still runs of a mesh, as another process sees it. */
public final class Remains {
    private Remains() {}

    /** How many processes, with the supervisor. */
    public static int processes(Home home) {
        return of(home).count();
    }

    /** The instances for which a mesh that ends waits: its gateways, then the others. */
    public static List<String> instances(Home home) {
        List<String> running = of(home).values(ServiceCommand.INSTANCE);
        List<String> gateways =
                running.stream().filter(id -> id.startsWith("gateway-")).toList();
        return gateways.isEmpty() ? running : gateways;
    }

    private static Leftovers of(Home home) {
        return new Leftovers(new Folders(home).processes());
    }
}
