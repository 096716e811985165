package dev.millrace.billing;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class LatencyBucketsTest {
    @Test
    void tellsPercentilesWithinTwoAndAHalfPercent() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long[] nanos = LongStream.generate(() -> (long) Math.exp(8 + 14 * random.nextDouble()))
                .limit(1_001)
                .sorted()
                .toArray();
        LatencyBuckets buckets = new LatencyBuckets();

        for (long value : nanos) {
            buckets.add(LatencyBuckets.bucket(Duration.ofNanos(value)), 1);
        }

        assertThat(buckets.percentile(0.5).orElseThrow().toNanos())
                .isCloseTo(nanos[500], Percentage.withPercentage(2.6));
        assertThat(buckets.percentile(0.95).orElseThrow().toNanos())
                .isCloseTo(nanos[950], Percentage.withPercentage(2.6));
    }

    @Test
    void tellsNothingOfNothing() {
        assertThat(new LatencyBuckets().percentile(0.5)).isEmpty();
    }
}
