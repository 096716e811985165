package dev.millrace.relay.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses that double from try to try and are spread at random, so that callers who failed together do not return together.
 *
 * <p>The pause before try n is between half and all of {@code base * 2^(n - 2)}, at most {@code longest}.
 */
public record Backoff(Duration base, Duration longest, RandomGenerator random) {
    private static final int DOUBLINGS_MAX = 16;

    /** The pause before a try; the first that has one is the second. */
    public Duration before(int nextTry) {
        int doublings = Math.min(Math.max(0, nextTry - 2), DOUBLINGS_MAX);
        long whole = Math.min(base.toNanos() << doublings, longest.toNanos());
        return Duration.ofNanos(whole / 2 + (long) (whole / 2.0 * random.nextDouble()));
    }
}
