package dev.millrace.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The memory of another JVM, started with {@code -XX:NativeMemoryTracking=summary}, as jcmd and the system tell it. */
final class ProcessMemory {
    private static final Pattern HEAP_USED =
            Pattern.compile("(?:DefNew|Tenured|garbage-first heap)\\s+total [0-9]+K, used ([0-9]+)K");
    /** Where the JVM counts memory that libraries take by Unsafe, such as Netty's and byte buffers'. */
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=[0-9]+KB, committed=([0-9]+)KB\\)");

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+([0-9]+) kB");
    private static final String ESTABLISHED = "01";

    private final long pid;

    ProcessMemory(long pid) {
        this.pid = pid;
    }

    /** What is used, in bytes. */
    record Sample(long heapBytes, long directBytes, long residentBytes) {}

    /** What is used now, garbage included. */
    Sample now() throws IOException, InterruptedException {
        long heap = 0;
        Matcher used = HEAP_USED.matcher(jcmd("GC.heap_info"));
        while (used.find()) {
            heap += Long.parseLong(used.group(1)) << 10;
        }
        String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
        return new Sample(heap, kilobytes(OTHER, jcmd("VM.native_memory")), kilobytes(RESIDENT, status));
    }

    /** What is used when the garbage is gone. */
    Sample afterCollection() throws IOException, InterruptedException {
        jcmd("GC.run");
        return now();
    }

    /** Established connections to a port of this machine, seen from the side that listens. */
    long connections(int port) throws IOException {
        String local = String.format(":%04X", port);
        return connections(Path.of("/proc/net/tcp"), local) + connections(Path.of("/proc/net/tcp6"), local);
    }

    private static long connections(Path table, String localPort) throws IOException {
        return Files.readAllLines(table, StandardCharsets.US_ASCII).stream()
                .map(String::strip)
                .map(line -> line.split("\\s+", 5))
                .filter(fields -> fields.length == 5 && fields[1].endsWith(localPort) && fields[3].equals(ESTABLISHED))
                .count();
    }

    private static long kilobytes(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) << 10 : 0;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }
}
