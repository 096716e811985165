package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Instance;
import dev.millrace.mesh.process.Child;
import dev.millrace.mesh.process.Kept;
import java.time.Duration;

/**
 * One line of what runs.
 *
 * @param health what Consul's checks say of an instance whose sidecar is ready; of others whether they answer; how it ended where it
 *     did
 */
public record ProcessState(String name, String health, Duration age, int restarts, String ports, String pids) {

    /** @param said what it answered, or that it did not */
    static ProcessState of(Kept kept, String ports, String said) {
        Child child = kept.child();
        return new ProcessState(
                child.name().replace(" sidecar", ""),
                child.isAlive() ? said : ended(child),
                child.age(),
                kept.restarts(),
                ports,
                Long.toString(child.pid()));
    }

    private static String ended(Child child) {
        return "ended (" + child.ending() + "), starts again";
    }

    /** @param sidecar what its sidecar answered, or that it did not */
    static ProcessState of(Pair pair, String health, String sidecar) {
        Instance instance = pair.instance();
        String alive = pair.ended()
                .map(child -> (child.name().equals(instance.id()) ? "" : "sidecar ") + ended(child))
                .orElse(sidecar.equals(Probes.RUNNING) ? health : "sidecar: " + sidecar);
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
