package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Instance;
import dev.millrace.mesh.process.Kept;
import java.time.Duration;

/**
 * One line of what runs.
 *
 * @param health what Consul's checks say of an instance; of others whether the process is there
 */
public record ProcessState(String name, String health, Duration age, int restarts, String ports, String pids) {

    static ProcessState of(Kept kept, String ports) {
        return new ProcessState(
                kept.child().name().replace(" sidecar", ""),
                kept.child().isAlive() ? "running" : "ended",
                kept.child().age(),
                kept.restarts(),
                ports,
                Long.toString(kept.child().pid()));
    }

    static ProcessState of(Pair pair, String health) {
        Instance instance = pair.instance();
        String alive = pair.isAlive() ? health : "ended, starts again";
        return new ProcessState(
                instance.id(),
                alive,
                pair.service().child().age(),
                pair.service().restarts() + pair.sidecar().restarts(),
                "service " + instance.servicePort() + ", sidecar in " + instance.ingressPort() + " out "
                        + instance.egressPort()
                        + (instance.hasHttp() ? ", http " + instance.httpPort() : ""),
                pair.service().child().pid() + " " + pair.sidecar().child().pid());
    }
}
