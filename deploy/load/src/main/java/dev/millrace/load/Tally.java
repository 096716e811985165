package dev.millrace.load;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Sums by name. */
final class Tally {
    private final Map<String, Long> sums = new HashMap<>();

    void add(String name, long amount) {
        sums.merge(name, amount, Long::sum);
    }

    List<Map.Entry<String, Long>> largest(int most) {
        return sums.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(most)
                .toList();
    }

    /** The total and the largest, each times the factor. */
    void print(PrintStream out, String title, int most, double factor) {
        long total = sums.values().stream().mapToLong(Long::longValue).sum();
        out.printf(Locale.ROOT, "%s: %.1f in all%n", title, total * factor);
        for (Map.Entry<String, Long> sum : largest(most)) {
            out.printf(Locale.ROOT, "%8.1f  %s%n", sum.getValue() * factor, sum.getKey());
        }
    }
}
