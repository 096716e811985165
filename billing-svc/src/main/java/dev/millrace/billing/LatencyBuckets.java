package dev.millrace.billing;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts of latencies in buckets that grow by 5 %, so that percentiles of any set of turns can be added up by SQL.
 *
 * <p>Bucket b holds (1.05^(b-1), 1.05^b] microseconds; a percentile is told as its bucket's geometric middle, which is
 * within 2.5 % of the true value. Owned by one thread.
 */
public final class LatencyBuckets {
    private static final double GROWTH_LOG = Math.log(1.05);
    private static final double NANOS_PER_MICRO = 1_000;
    private static final double MIDDLE = 0.5;

    private final SortedMap<Integer, Long> counts = new TreeMap<>();
    private long total;

    /** The bucket of a latency, >= 0; everything up to 1 microsecond is in bucket 0. */
    public static int bucket(Duration latency) {
        double micros = latency.toNanos() / NANOS_PER_MICRO;
        return micros <= 1 ? 0 : (int) Math.ceil(Math.log(micros) / GROWTH_LOG);
    }

    public void add(int bucket, long count) {
        counts.merge(bucket, count, Long::sum);
        total += count;
    }

    /** The latency that this share of all (0 to 1) does not exceed; empty without any. */
    public Optional<Duration> percentile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (Map.Entry<Integer, Long> bucket : counts.entrySet()) {
            seen += bucket.getValue();
            if (seen >= rank) {
                return Optional.of(middle(bucket.getKey()));
            }
        }
        return Optional.empty();
    }

    private static Duration middle(int bucket) {
        return Duration.ofNanos(Math.round(Math.exp((bucket - MIDDLE) * GROWTH_LOG) * NANOS_PER_MICRO));
    }
}
