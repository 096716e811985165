package dev.millrace.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A Flight Recorder's recording of another JVM of this user, started and ended through {@code jcmd}. */
final class Recording {
    /** Of each thread that runs Java, native calls in it included. */
    static final String CPU_SAMPLE = "jdk.CPUTimeSample";

    static final String CPU_SAMPLES_LOST = "jdk.CPUTimeSamplesLost";
    static final String ALLOCATION = "jdk.ObjectAllocationSample";

    private static final String NAME = "name=request-cost";
    /** The shortest that is asked for; systems whose timers tick less often look less often. */
    private static final String CPU_TIME_BETWEEN_SAMPLES = "1ms";

    private static final String ALLOCATIONS_MAX = "1000/s";

    private final long pid;
    private final Path file;

    private Recording(long pid, Path file) {
        this.pid = pid;
        this.file = file;
    }

    /** Begins one of a process; its file is written when it stops. */
    static Recording start(long pid, String file) throws IOException, InterruptedException {
        command(
                pid,
                "JFR.start",
                NAME,
                "settings=none",
                setting(CPU_SAMPLE, "enabled", "true"),
                setting(CPU_SAMPLE, "throttle", CPU_TIME_BETWEEN_SAMPLES),
                setting(CPU_SAMPLE, "stackTrace", "true"),
                setting(CPU_SAMPLES_LOST, "enabled", "true"),
                setting(ALLOCATION, "enabled", "true"),
                setting(ALLOCATION, "throttle", ALLOCATIONS_MAX),
                setting(ALLOCATION, "stackTrace", "true"));
        return new Recording(pid, Path.of(file).toAbsolutePath());
    }

    private static String setting(String event, String name, String value) {
        return "+" + event + "#" + name + "=" + value;
    }

    /** Ends it, and gives the file that it is in. */
    Path stop() throws IOException, InterruptedException {
        command(pid, "JFR.stop", NAME, "filename=" + file);
        return file;
    }

    private static void command(long pid, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        command.add(Long.toString(pid));
        command.addAll(Arrays.asList(words));
        Process jcmd = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
    }
}
