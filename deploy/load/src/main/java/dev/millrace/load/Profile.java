package dev.millrace.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a {@link Recording} says of where the CPU time of a request went: in which part of Millrace, in which library or part of
 * the JDK, in which thread, at which lines and in which methods; and what was allocated. Threads that compile and collect have
 * no samples: theirs stands with the threads' own times, see {@link ThreadTimes}.
 */
final class Profile {
    private static final int GROUPS_SHOWN = 40;
    private static final int METHODS_SHOWN = 30;
    private static final int LINES_SHOWN = 4;
    private static final double MICROS_A_NANO = 1e-3;
    private static final double KIBIBYTES_A_BYTE = 1.0 / 1024;
    /** A thread's first sample of what it allocates stands for all since the recording before, or since it began. */
    private static final Duration ALLOCATIONS_LEFT_OUT = Duration.ofMillis(200);

    private final int requests;
    private final Tally parts = new Tally();
    private final Tally libraries = new Tally();
    private final Tally threads = new Tally();
    private final Tally lines = new Tally();
    private final Tally methods = new Tally();
    private final Map<String, Tally> linesOfMethods = new HashMap<>();
    private final Tally allocatingParts = new Tally();
    private final Tally allocatingLines = new Tally();
    private Optional<Instant> firstAllocation = Optional.empty();
    private long samples;
    private long lost;

    private Profile(int requests) {
        this.requests = requests;
    }

    /** Reads the recording of a round of so many requests. */
    static Profile of(Path recording, int requests) throws IOException {
        Profile profile = new Profile(requests);
        try (RecordingFile events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) {
                profile.add(events.readEvent());
            }
        }
        return profile;
    }

    private void add(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case Recording.CPU_SAMPLE -> Stack.of(event).ifPresent(stack -> sample(event, stack));
            case Recording.CPU_SAMPLES_LOST -> lost += event.getInt("lostSamples");
            case Recording.ALLOCATION -> Stack.of(event).ifPresent(stack -> allocation(event, stack));
            default -> {
                // What every recording has.
            }
        }
    }

    /** Where a thread used several periods before it could be looked at, its sample stands for all of them. */
    private void sample(RecordedEvent event, Stack stack) {
        samples++;
        long nanos = event.getDuration("samplingPeriod").toNanos();
        parts.add(stack.part(), nanos);
        libraries.add(stack.library(), nanos);
        threads.add(thread(event.getThread("eventThread")), nanos);
        lines.add(stack.line(), nanos);
        methods.add(stack.method(), nanos);
        linesOfMethods.computeIfAbsent(stack.method(), _ -> new Tally()).add(stack.line(), nanos);
    }

    private static String thread(RecordedThread thread) {
        String name = Optional.ofNullable(thread.getJavaName()).orElse(thread.getOSName());
        return name.replaceAll("[-#0-9 ]+$", "") + (thread.isVirtual() ? " (virtual)" : "");
    }

    private void allocation(RecordedEvent event, Stack stack) {
        Instant begin = firstAllocation.orElse(event.getStartTime());
        firstAllocation = Optional.of(begin);
        if (event.getStartTime().isBefore(begin.plus(ALLOCATIONS_LEFT_OUT))) {
            return;
        }
        long bytes = event.getLong("weight");
        allocatingParts.add(stack.part(), bytes);
        allocatingLines.add(stack.line() + "  " + event.getClass("objectClass").getName(), bytes);
    }

    void print(PrintStream out) {
        double micros = MICROS_A_NANO / requests;
        double kibibytes = KIBIBYTES_A_BYTE / requests;
        out.printf(Locale.ROOT, "profile of %d requests: %d samples, %d lost; us a request%n", requests, samples, lost);
        parts.print(out, "by the nearest package of Millrace", GROUPS_SHOWN, micros);
        libraries.print(out, "by what ran", GROUPS_SHOWN, micros);
        threads.print(out, "by thread", GROUPS_SHOWN, micros);
        lines.print(out, "by the nearest line of Millrace < the class that led there", GROUPS_SHOWN, micros);
        printMethods(out, micros);
        allocatingParts.print(out, "KiB allocated a request, by package", GROUPS_SHOWN, kibibytes);
        allocatingLines.print(out, "KiB allocated a request, by line and type", GROUPS_SHOWN, kibibytes);
    }

    private void printMethods(PrintStream out, double micros) {
        out.println("methods by their own time, each with the lines that led there");
        for (Map.Entry<String, Long> method : methods.largest(METHODS_SHOWN)) {
            out.printf(Locale.ROOT, "%8.1f  %s%n", method.getValue() * micros, method.getKey());
            Tally led = linesOfMethods.getOrDefault(method.getKey(), new Tally());
            for (Map.Entry<String, Long> line : led.largest(LINES_SHOWN)) {
                out.printf(Locale.ROOT, "%16.1f  %s%n", line.getValue() * micros, line.getKey());
            }
        }
    }
}
