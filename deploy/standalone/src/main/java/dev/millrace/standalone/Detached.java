package dev.millrace.standalone;

import dev.millrace.cli.ExitCodes;
import dev.millrace.mesh.command.MeshUp;
import dev.millrace.runtime.Home;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts the same command once more in a process that outlives this one, and returns once that has started. */
final class Detached {
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final long LAST_LINES_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
    private static final long END_SECONDS_MAX = 20;
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    /** Says to the other process that it is the one, in whichever words the option was given. */
    private static final String MARK = "millrace.detached";

    private Detached() {}

    /** Whether this is the process that was started so, which therefore starts no other. */
    static boolean isThisProcess() {
        return Boolean.getBoolean(MARK);
    }

    /**
     * Returns 0 once all is healthy, 3 once it runs with a service that cannot do its work, as {@code status} does, or the exit code
     * of a process that ended instead; its words are shown meanwhile. Where this process is ended before, the other ends too: nobody
     * would know of it.
     *
     * @param end says how to end the process, in place of what only a terminal can do
     * @param sweep ends what a process that was ended half way had started
     */
    static int start(Home home, String end, Runnable sweep) throws InterruptedException {
        Path words = home.logs().resolve("up.log");
        try {
            Other other = new Other();
            Thread hook = new Thread(() -> other.end(sweep), "end");
            Runtime.getRuntime().addShutdownHook(hook);
            Process process = other.start(words);
            try (RandomAccessFile reader = new RandomAccessFile(words.toFile(), "r")) {
                boolean whole = false;
                while (process.isAlive() && running(home, process).isEmpty()) {
                    whole = show(reader, end);
                    Thread.sleep(LOOK_AGAIN_MILLIS);
                }
                leave(hook);
                if (!whole) {
                    showLast(reader, end, process);
                }
            }
            return process.isAlive() ? exitCode(running(home, process)) : process.exitValue();
        } catch (IOException failure) {
            throw new IllegalStateException("the process cannot be started: " + failure.getMessage(), failure);
        }
    }

    /** The last lines follow the run file within moments. */
    private static void showLast(RandomAccessFile words, String end, Process process)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        boolean whole = show(words, end);
        while (!whole && process.isAlive() && System.nanoTime() - begin < LAST_LINES_NANOS_MAX) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
            whole = show(words, end);
        }
        if (!whole) {
            show(words, end);
        }
    }

    private static Optional<Home.Run> running(Home home, Process process) {
        return home.run().filter(run -> run.pid() == process.pid());
    }

    /** Of a process that has started; what is gone meanwhile was healthy before. */
    static int exitCode(Optional<Home.Run> running) {
        return running.filter(run -> !run.failing().isEmpty()).isPresent() ? ExitCodes.UNAVAILABLE : ExitCodes.OK;
    }

    /** From now on the other process lives by itself, unless this one is being ended at this very moment. */
    private static void leave(Thread hook) throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            hook.join();
        }
    }

    /** This process's own command line, marked, in a session of its own where there is setsid. */
    private static List<String> sameCommand() {
        ProcessHandle.Info self = ProcessHandle.current().info();
        List<String> command = new ArrayList<>();
        if (SETSID.toFile().canExecute()) {
            command.add(SETSID.toString());
        }
        command.addAll(
                marked(self.command().orElseThrow(), List.of(self.arguments().orElseThrow())));
        return command;
    }

    /** An option of the JVM stands before all others, so that no word of the command line has to be understood here. */
    static List<String> marked(String java, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(java, "-D" + MARK + "=true"));
        command.addAll(arguments);
        return command;
    }

    /**
     * Shows the lines that have been written since; one that is not whole yet waits for the next time.
     *
     * @return whether the last of a start was among them
     */
    private static boolean show(RandomAccessFile words, String end) throws IOException {
        byte[] bytes = new byte[(int) (words.length() - words.getFilePointer())];
        words.readFully(bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int whole = text.lastIndexOf('\n') + 1;
        words.seek(words.getFilePointer() - (bytes.length - whole));
        boolean last = false;
        for (String line :
                new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().toList()) {
            boolean isLast = line.equals(MeshUp.END);
            (line.startsWith("error: ") ? System.err : System.out).println(isLast ? end : line);
            last |= isLast;
        }
        System.out.flush();
        return last;
    }

    /** The other process; whoever ends it waits until its start has come back, so that none is left behind. */
    private static final class Other {
        /** Guarded by this object, as is the next. */
        private @Nullable Process process;

        private boolean ended;

        synchronized Process start(Path words) throws IOException {
            if (ended) {
                throw new IOException("this one is being ended");
            }
            Process started = new ProcessBuilder(sameCommand())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(words.toFile())
                    .start();
            process = started;
            return started;
        }

        synchronized void end(Runnable sweep) {
            ended = true;
            Process started = process;
            if (started == null) {
                return;
            }
            started.destroy();
            try {
                if (!started.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                    started.destroyForcibly().waitFor(END_SECONDS_MAX, TimeUnit.SECONDS);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            sweep.run();
            System.err.println("ended before it was healthy");
        }
    }
}
