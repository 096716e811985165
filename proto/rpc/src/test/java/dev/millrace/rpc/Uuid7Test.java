package dev.millrace.rpc;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class Uuid7Test {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678500Z");

    @Test
    void carriesTimeVersionAndVariant() {
        UUID id = new Uuid7(InstantSource.fixed(NOW), new Random(1)).next();

        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
    }

    @Test
    void sortsByTimeWithinAMillisecond() {
        Random random = new Random(2);
        String earlier = new Uuid7(InstantSource.fixed(NOW), random).next().toString();
        String later = new Uuid7(InstantSource.fixed(NOW.plusNanos(1_000)), random)
                .next()
                .toString();

        assertThat(later).isGreaterThan(earlier);
    }

    @Test
    void differsEachTime() {
        assertThat(Uuid7.mint()).hasSize(36).isNotEqualTo(Uuid7.mint());
    }
}
