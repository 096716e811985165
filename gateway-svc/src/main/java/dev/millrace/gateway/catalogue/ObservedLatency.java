package dev.millrace.gateway.catalogue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The last times to a first token of one model, at most {@value #WINDOW}. Safe for several threads.
 *
 * <p>A first token that was waited for in vain counts with the time that was waited, which is less than it would have taken: the
 * tail grows with it, the next ones are waited for longer, and a model that is slow is found to be so. One that gave none in
 * {@value #LATE_MAX} calls in a row is not slow but dead: its tail is told only to every {@value #PROBE_EVERY}th call, so that
 * the others do not wait for what will not come.
 */
final class ObservedLatency {

    static final int ENOUGH = 20;
    static final int LATE_MAX = 40;
    static final int PROBE_EVERY = 8;
    private static final int WINDOW = 64;

    private final long[] nanos = new long[WINDOW];
    private long seen;
    private long lateInARow;

    synchronized void add(Duration took) {
        note(took);
        lateInARow = 0;
    }

    /** One that had not come after this time. */
    synchronized void addLate(Duration waited) {
        note(waited);
        lateInARow++;
    }

    private void note(Duration span) {
        nanos[(int) (seen++ % WINDOW)] = span.toNanos();
    }

    synchronized Optional<Duration> median() {
        return seen == 0 ? Optional.empty() : Optional.of(percentile(50));
    }

    /** Empty with fewer than {@value #ENOUGH} observations: too few to speak of a tail. */
    synchronized Optional<Duration> p95() {
        boolean dead = lateInARow >= LATE_MAX && lateInARow % PROBE_EVERY != 0;
        return seen < ENOUGH || dead ? Optional.empty() : Optional.of(percentile(95));
    }

    private Duration percentile(int percent) {
        int count = (int) Math.min(seen, WINDOW);
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted[(count - 1) * percent / 100]);
    }
}
