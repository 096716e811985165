package dev.millrace.relay.retry;

import java.util.function.LongSupplier;

/**
 * Bounds retries to a share of requests, so that a provider that fails everything gets at most a tenth more calls.
 *
 * <p>Over the last 60 s: retries {@literal <=} max(floor, share * requests). Sixty buckets of one second each; guarded by
 * this.
 */
final class RetryBudget {
    private static final int BUCKETS = 60;
    private static final long BUCKET_NANOS = 1_000_000_000L;

    private final double share;
    private final int floor;
    private final LongSupplier nanoClock;
    private final int[] requests = new int[BUCKETS];
    private final int[] retries = new int[BUCKETS];
    private long newest;

    RetryBudget(double share, int floor, LongSupplier nanoClock) {
        this.share = share;
        this.floor = floor;
        this.nanoClock = nanoClock;
        newest = nanoClock.getAsLong() / BUCKET_NANOS;
    }

    synchronized void request() {
        requests[turn()]++;
    }

    /** Takes one retry out of the budget; false: there is none left. */
    synchronized boolean tryRetry() {
        int bucket = turn();
        if (sum(retries) + 1 > Math.max(floor, share * sum(requests))) {
            return false;
        }
        retries[bucket]++;
        return true;
    }

    /** Empties the buckets that time has passed over, and returns the current one. */
    private int turn() {
        long now = nanoClock.getAsLong() / BUCKET_NANOS;
        for (long second = Math.max(newest + 1, now - BUCKETS + 1); second <= now; second++) {
            requests[bucket(second)] = 0;
            retries[bucket(second)] = 0;
        }
        newest = Math.max(newest, now);
        return bucket(newest);
    }

    private static int bucket(long second) {
        return (int) Math.floorMod(second, (long) BUCKETS);
    }

    private static int sum(int[] counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }
}
