package dev.millrace.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends the instance that runs in a home: lets calls finish, then waits until its process is gone. */
@Command(
        name = "down",
        description = "Ends the running instance; calls in flight may finish first.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {

    private final Sweep sweep;

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "how long to wait before ending it by force (default: 60)")
    private int timeoutSeconds = 60;

    DownCommand(Sweep sweep) {
        this.sweep = sweep;
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
            return sweep.end(connection.home());
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
        process.get().destroy();
        if (!endsWithin(process.get(), timeoutSeconds)) {
            process.get().destroyForcibly();
            if (!endsWithin(process.get(), timeoutSeconds)) {
                throw new CommandFault(
                        ExitCodes.FAILED, "process " + process.get().pid() + " does not end: end it by hand");
            }
            System.out.println("ended by force after " + timeoutSeconds + " s");
            return ExitCodes.FAILED;
        }
        System.out.println("ended");
        return ExitCodes.OK;
    }

    private static boolean endsWithin(ProcessHandle process, int seconds) {
        CompletableFuture<ProcessHandle> end = process.onExit();
        try {
            end.get(seconds, TimeUnit.SECONDS);
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
