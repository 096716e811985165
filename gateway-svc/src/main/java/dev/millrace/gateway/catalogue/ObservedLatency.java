package dev.millrace.gateway.catalogue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The last times to a first token of one model, at most {@value #WINDOW}. Safe for several threads. */
final class ObservedLatency {

    static final int ENOUGH = 20;
    private static final int WINDOW = 64;

    private final long[] nanos = new long[WINDOW];
    private long seen;

    synchronized void add(Duration took) {
        nanos[(int) (seen++ % WINDOW)] = took.toNanos();
    }

    synchronized Optional<Duration> median() {
        return seen == 0 ? Optional.empty() : Optional.of(percentile(50));
    }

    /** Empty with fewer than {@value #ENOUGH} observations: too few to speak of a tail. */
    synchronized Optional<Duration> p95() {
        return seen < ENOUGH ? Optional.empty() : Optional.of(percentile(95));
    }

    private Duration percentile(int percent) {
        int count = (int) Math.min(seen, WINDOW);
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted[(count - 1) * percent / 100]);
    }
}
