package dev.millrace.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The CPU time of a process.
 *
 * @param totalNanos of all its threads, ended ones too, in steps of 10 ms
 * @param kernelNanos the part of it that was spent in the kernel
 * @param compilerNanos of those that compile: what a JVM spends on becoming fast
 */
record CpuTime(long totalNanos, long kernelNanos, long compilerNanos) {
    private static final long TICK_NANOS = 10_000_000;
    /** Positions of utime and stime behind the process's name, see proc(5). */
    private static final int USER = 11;

    private static final int SYSTEM = 12;

    static CpuTime of(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        String stat = Files.readString(process.resolve("stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        long user = Long.parseLong(fields.get(USER));
        long system = Long.parseLong(fields.get(SYSTEM));
        return new CpuTime((user + system) * TICK_NANOS, system * TICK_NANOS, compilers(process.resolve("task")));
    }

    private static long compilers(Path tasks) throws IOException {
        long nanos = 0;
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                try {
                    String name = Files.readString(thread.resolve("comm"));
                    if (name.startsWith("C1 CompilerThre") || name.startsWith("C2 CompilerThre")) {
                        nanos += Long.parseLong(
                                Files.readString(thread.resolve("schedstat")).split(" ", 2)[0]);
                    }
                } catch (IOException ended) {
                    // A thread that ended meanwhile.
                }
            }
        }
        return nanos;
    }

    CpuTime since(CpuTime earlier) {
        return new CpuTime(
                totalNanos - earlier.totalNanos,
                kernelNanos - earlier.kernelNanos,
                compilerNanos - earlier.compilerNanos);
    }
}
