package dev.millrace.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the threads of a process have spent, by their names, those alike in all but a number taken together. Threads that ended
 * are not in it. A name is cut to 15 characters by the system.
 */
record ThreadTimes(Map<String, Spent> byName) {
    static final ThreadTimes NONE = new ThreadTimes(Map.of());

    private static final String WAITS = "voluntary_ctxt_switches:";
    /** Of CPU time a request; what is below is not told. */
    private static final long NANOS_TOLD = 500;

    ThreadTimes {
        byName = Map.copyOf(byName);
    }

    /**
     * What threads of one name have spent.
     *
     * @param nanos of CPU time
     * @param waits how often one gave its core up because it had nothing to do: each time somebody had to wake it
     */
    record Spent(long nanos, long waits) {
        private static final Spent NOTHING = new Spent(0, 0);

        private Spent plus(Spent more) {
            return new Spent(nanos + more.nanos, waits + more.waits);
        }

        private Spent minus(Spent less) {
            return new Spent(nanos - less.nanos, waits - less.waits);
        }
    }

    static ThreadTimes of(long pid) throws IOException {
        Map<String, Spent> spent = new TreeMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads.toList()) {
                try {
                    String name = Files.readString(thread.resolve("comm")).strip();
                    spent.merge(name.replaceAll("[-#0-9 ]+$", ""), spent(thread), Spent::plus);
                } catch (IOException ended) {
                    // A thread that ended meanwhile.
                }
            }
        }
        return new ThreadTimes(spent);
    }

    private static Spent spent(Path thread) throws IOException {
        String nanos = Files.readString(thread.resolve("schedstat")).split(" ", 2)[0];
        String waits = Files.readAllLines(thread.resolve("status")).stream()
                .filter(line -> line.startsWith(WAITS))
                .findFirst()
                .orElse(WAITS + "0");
        return new Spent(
                Long.parseLong(nanos),
                Long.parseLong(waits.substring(WAITS.length()).strip()));
    }

    ThreadTimes since(ThreadTimes earlier) {
        Map<String, Spent> spent = new TreeMap<>(byName);
        spent.replaceAll((name, now) -> now.minus(earlier.byName.getOrDefault(name, Spent.NOTHING)));
        return new ThreadTimes(spent);
    }

    ThreadTimes plus(ThreadTimes more) {
        Map<String, Spent> spent = new TreeMap<>(byName);
        more.byName.forEach((name, one) -> spent.merge(name, one, Spent::plus));
        return new ThreadTimes(spent);
    }

    /** Microseconds of CPU time a request, and waits where there are some; the largest first. */
    String perRequest(long requests) {
        return byName.entrySet().stream()
                .filter(thread -> thread.getValue().nanos >= requests * NANOS_TOLD)
                .sorted(Comparator.comparingLong((Map.Entry<String, Spent> thread) -> -thread.getValue().nanos))
                .map(thread -> told(thread.getKey(), thread.getValue(), requests))
                .collect(Collectors.joining(", "));
    }

    private static String told(String name, Spent spent, long requests) {
        String time = String.format(Locale.ROOT, "%s %.0f us", name, spent.nanos / 1e3 / requests);
        double waits = (double) spent.waits / requests;
        return waits < 0.05 ? time : time + String.format(Locale.ROOT, " (%.1f waits)", waits);
    }
}
