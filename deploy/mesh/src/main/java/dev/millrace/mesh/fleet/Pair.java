package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Instance;
import dev.millrace.mesh.process.Child;
import dev.millrace.mesh.process.Kept;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** A running instance: the service and its sidecar, each started again when it ends by itself. */
record Pair(Instance instance, Kept service, Kept sidecar) {
    /** Longer than a service takes to leave, drain its calls and end. */
    private static final Duration SERVICE_PATIENCE = Duration.ofSeconds(24);

    private static final Duration SIDECAR_PATIENCE = Duration.ofSeconds(3);

    boolean isAlive() {
        return ended().isEmpty();
    }

    /** The process that ended, if one did. */
    Optional<Child> ended() {
        return Stream.of(sidecar.child(), service.child())
                .filter(child -> !child.isAlive())
                .findFirst();
    }

    /** The service first: its calls end through the sidecar. */
    void stop() {
        service.stop(SERVICE_PATIENCE);
        sidecar.stop(SIDECAR_PATIENCE);
    }

    /** What to say when it did not come up. */
    String complaint() {
        Child ended = sidecar.child().isAlive() ? service.child() : sidecar.child();
        String how = ended.isAlive() ? " is not healthy: " : " ended with " + ended.exitCode() + ": ";
        return ended.name() + how + ended.lastWords() + "   log " + ended.log();
    }
}
