package dev.millrace.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Spans of time of one kind, told by their percentiles. */
final class Spread {
    private final List<Long> nanos = new ArrayList<>();

    synchronized void add(long span) {
        nanos.add(span);
    }

    synchronized int count() {
        return nanos.size();
    }

    /** The span under which so many of a thousand lie, milliseconds. */
    synchronized double millis(int permille) {
        if (nanos.isEmpty()) {
            return Double.NaN;
        }
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * permille / 1000)) / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms  p99 %.1f ms  max %.1f ms  (%d)",
                millis(500),
                millis(990),
                millis(1000),
                count());
    }
}
