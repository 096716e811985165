package dev.millrace.mesh.fleet;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Asks many programs at once, so that those which hang cost no more time than one of them. */
final class Probes {
    /** For all together. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** What is said of one that answers as it should. */
    static final String RUNNING = "running";

    /** Of one that says nothing. */
    static final String SILENT = "no answer within " + PATIENCE.toSeconds() + " s";

    private Probes() {}

    /** What is to be said of each, in their order. */
    static List<String> ask(List<Probe> probes) {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Callable<String>> questions =
                    probes.stream().map(Probes::question).toList();
            return threads.invokeAll(questions, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).stream()
                    .map(Probes::answer)
                    .toList();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        } finally {
            // Closing it would wait for those that hang.
            threads.shutdownNow();
        }
    }

    private static Callable<String> question(Probe probe) {
        return () -> {
            probe.ask();
            return RUNNING;
        };
    }

    private static String answer(Future<String> asked) {
        try {
            return asked.get();
        } catch (CancellationException late) {
            return SILENT;
        } catch (ExecutionException failure) {
            return String.valueOf(
                    failure.getCause() == null
                            ? failure.getMessage()
                            : failure.getCause().getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }
}
