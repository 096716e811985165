package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Child;
import dev.millrace.mesh.process.Kept;
import dev.millrace.mesh.process.Leftovers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The OpenTelemetry collector of a mesh, on loopback: keeps the last spans of services and sidecars in the home, and offers what
 * they measured to Prometheus.
 */
final class Collector {
    /** Its name where it is installed. */
    static final String PROGRAM = "otelcol";

    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Prompts go before what is told of them. */
    private static final int NICE = 10;

    private final Kept process;
    private final int otlpPort;
    private final int metricsPort;

    private Collector(Kept process, int otlpPort, int metricsPort) {
        this.process = process;
        this.otlpPort = otlpPort;
        this.metricsPort = metricsPort;
    }

    /** Starts it; {@link #awaitReady} says when it takes what is sent. */
    static Collector start(
            Folders folders, Path configuration, int otlpPort, int metricsPort, Path program, Leftovers leftovers)
            throws IOException {
        Files.createDirectories(folders.traces());
        // What its configuration asks for.
        Map<String, String> environment = Map.of(
                "MILLRACE_HOME",
                folders.home().root().toString(),
                "MILLRACE_OTLP_PORT",
                Integer.toString(otlpPort),
                "MILLRACE_METRICS_PORT",
                Integer.toString(metricsPort));
        Kept process = Kept.start(() -> leftovers.start(
                "collector",
                Child.after(NICE, List.of(program.toString(), "--config", configuration.toString())),
                environment,
                folders.log("collector")));
        return new Collector(process, otlpPort, metricsPort);
    }

    /** Where services and sidecars send to. */
    static URI address(int otlpPort) {
        return URI.create("http://127.0.0.1:" + otlpPort);
    }

    void awaitReady() {
        long end = System.nanoTime() + READY_WITHIN.toNanos();
        while (!EdgeDoor.connects(otlpPort) || !EdgeDoor.connects(metricsPort)) {
            if (!process.child().isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException(
                        "the collector does not start: " + process.child().lastWords() + "   log "
                                + process.child().log() + "   up --mesh --no-collector does without it");
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", interrupted);
            }
        }
    }

    Kept process() {
        return process;
    }

    /** What it has taken is written before it ends. */
    void stop() {
        process.stop(PATIENCE);
    }
}
