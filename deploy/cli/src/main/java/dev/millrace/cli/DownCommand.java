package dev.millrace.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends the instance that runs in a home: lets calls finish, then waits until its process is gone. */
@Command(
        name = "down",
        description = "Ends the running instance; calls in flight may finish first.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    /** Nobody wonders about a command that takes less. */
    private static final int QUIET_SECONDS = 3;

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final HomeMesh mesh;
    private final BiPredicate<ProcessHandle, Duration> endsWithin;

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "how long to wait before ending it by force (default: 60)")
    private int timeoutSeconds = 60;

    DownCommand(HomeMesh mesh) {
        this(mesh, DownCommand::endsWithin);
    }

    /** @param endsWithin waits for the end of a process, at most so long; false: it is still there */
    DownCommand(HomeMesh mesh, BiPredicate<ProcessHandle, Duration> endsWithin) {
        this.mesh = mesh;
        this.endsWithin = endsWithin;
    }

    @Override
    public Integer call() {
        int exitCode = end();
        int left = sweep();
        if (left > 0) {
            System.out.println("ended " + left + " processes that were left there");
        }
        return exitCode;
    }

    /** Refused where a process holds the home that could not be told of. */
    private int sweep() {
        try {
            return mesh.sweep(connection.home());
        } catch (IllegalStateException held) {
            throw new CommandFault(ExitCodes.FAILED, String.valueOf(held.getMessage()));
        }
    }

    private int end() {
        Optional<Instance> instance = connection.instance();
        instance.filter(Instance::isStarting)
                .ifPresent(
                        starting -> System.out.println("process " + starting.pid() + " is still starting: ending it"));
        Optional<ProcessHandle> process = instance.map(Instance::pid).flatMap(ProcessHandle::of);
        if (process.isEmpty()) {
            System.out.println("no Millrace runs in " + connection.home());
            return ExitCodes.OK;
        }
        int processes = mesh.count(connection.home());
        process.get().destroy();
        if (!ends(process.get())) {
            process.get().destroyForcibly();
            if (!endsWithin.test(process.get(), Duration.ofSeconds(timeoutSeconds))) {
                throw new CommandFault(
                        ExitCodes.FAILED, "process " + process.get().pid() + " does not end: end it by hand");
            }
            System.out.println("ended by force after " + timeoutSeconds + " s");
            return ExitCodes.FAILED;
        }
        System.out.println(processes > 1 ? "ended " + processes + " processes" : "ended");
        return ExitCodes.OK;
    }

    /** Within the time that it has; says what is waited for where that takes long. */
    private boolean ends(ProcessHandle process) {
        String told = "";
        for (int second = 1; second <= timeoutSeconds; second++) {
            if (endsWithin.test(process, SECOND)) {
                return true;
            }
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            if (second >= QUIET_SECONDS) {
                told = tell(told, process, timeoutSeconds - second);
            }
        }
        return endsWithin.test(process, Duration.ZERO);
    }

    /** Once for each set of instances; returns what was said last. */
    private String tell(String told, ProcessHandle process, int secondsLeft) {
        List<String> instances = mesh.instances(connection.home());
        String line = instances.isEmpty()
                ? (told.isEmpty() ? "waiting for process " + process.pid() + " to end" : told)
                : "waiting for " + String.join(", ", instances) + " to finish "
                        + (instances.size() > 1 ? "their" : "its") + " calls";
        if (!line.equals(told)) {
            System.out.println(line + ", at most " + secondsLeft + " s");
        }
        return line;
    }

    private static boolean endsWithin(ProcessHandle process, Duration atMost) {
        CompletableFuture<ProcessHandle> end = process.onExit();
        try {
            end.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillThere) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
