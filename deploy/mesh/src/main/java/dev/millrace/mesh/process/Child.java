package dev.millrace.mesh.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that a mesh started: its words go to a log file, and it hears no signal that the terminal sends to the
 * supervisor, so that the order of the end is the supervisor's to choose.
 */
public final class Child {
    private static final Logger LOG = LoggerFactory.getLogger(Child.class);

    /** The first word is the weight; a kernel without such sessions has no such file. */
    private static final String STEP_BACK =
            "{ echo \"$0\" >/proc/self/autogroup; } 2>/dev/null; exec nice -n \"$0\" \"$@\"";

    /** What Consul and consul-template read before what the mesh tells them. */
    private static final Pattern ELSEWHERE = Pattern.compile("(CONSUL|VAULT)_.*");

    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final int LAST_WORDS_BYTES = 4096;
    /** The exit status of a process that a signal killed is the signal's number and this. */
    private static final int KILLED = 128;

    private static final int SIGNALS_MAX = 64;

    private final String name;
    private final Process process;
    private final Path log;
    private final long logOffset;
    private final Instant started = Instant.now();

    private Child(String name, Process process, Path log, long logOffset) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.logOffset = logOffset;
    }

    /**
     * The command of a program that goes after the others, with the weight that {@code nice} gives a number. Each of our processes
     * has a session of its own, and where the kernel shares the processor among sessions it is the session that has to step back:
     * {@code nice} alone would weigh it against nothing but itself.
     */
    public static List<String> after(int nice, List<String> command) {
        List<String> whole = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            whole.addAll(List.of("/bin/sh", "-c", STEP_BACK, Integer.toString(nice)));
        } else {
            whole.addAll(List.of("nice", "-n", Integer.toString(nice)));
        }
        whole.addAll(command);
        return whole;
    }

    /** Starts a command whose environment has these variables beside ours, and none with which a shell chooses another Consul. */
    public static Child start(String name, List<String> command, Map<String, String> more, Path log) {
        List<String> whole = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            whole.add(SETSID.toString());
        }
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(key -> ELSEWHERE.matcher(key).matches());
        builder.environment().putAll(more);
        try {
            long offset = Files.exists(log) ? Files.size(log) : 0;
            return new Child(name, builder.start(), log, offset);
        } catch (IOException failure) {
            throw new UncheckedIOException(name + " cannot be started: " + failure.getMessage(), failure);
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public Duration age() {
        return Duration.between(started, Instant.now());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether a signal keeps it from running, as SIGSTOP does; where the system does not tell, none does. */
    public boolean isHalted() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')')).startsWith(") T");
        } catch (IOException gone) {
            return false;
        }
    }

    /** Its exit code, after it has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** The same in words, with the signal where one killed it. */
    public String ending() {
        return ending(exitCode());
    }

    static String ending(int exitCode) {
        int signal = exitCode - KILLED;
        return "exit status " + exitCode + (signal > 0 && signal <= SIGNALS_MAX ? ", killed by signal " + signal : "");
    }

    /** Calls {@code then} once, on another thread, when it has ended. */
    public void whenEnded(Runnable then) {
        var _ = process.onExit().thenRun(then);
    }

    /** The last line that it wrote since its start, for an error that names it. */
    public String lastWords() {
        try {
            byte[] all = end();
            List<String> lines = new String(all, StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            return lines.stream()
                    .filter(line -> line.startsWith("error:")
                            || line.contains("[critical]")
                            || line.contains("[ERROR]")
                            || line.startsWith("==> "))
                    .findFirst()
                    .orElse(lines.isEmpty() ? "it said nothing" : lines.getLast());
        } catch (IOException unreadable) {
            return "see " + log;
        }
    }

    /** The last bytes since its start; a log that became shorter was begun anew. */
    private byte[] end() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long length = file.length();
            long from = Math.max(length < logOffset ? 0 : logOffset, length - LAST_WORDS_BYTES);
            byte[] bytes = new byte[(int) (length - from)];
            file.seek(from);
            file.readFully(bytes);
            return bytes;
        }
    }

    public Path log() {
        return log;
    }

    /** Asks it to end, waits, and ends it by force when that takes too long. */
    public void stop(Duration patience) {
        process.destroy();
        awaitOrKill(patience);
    }

    /** The same for a program that ends on SIGINT alone. */
    public void interrupt(Duration patience) {
        if (process.isAlive()) {
            try {
                int _ = new ProcessBuilder("kill", "-INT", Long.toString(pid()))
                        .start()
                        .waitFor();
            } catch (IOException noSuchCommand) {
                process.destroy();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        awaitOrKill(patience);
    }

    private void awaitOrKill(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                if (patience.isPositive()) {
                    LOG.atWarn()
                            .addKeyValue("process", name)
                            .log("did not end within {} s, ending it by force", patience.toSeconds());
                }
                process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
