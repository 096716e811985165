package dev.millrace.rpc;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Mints ids that sort by the time of their making (UUID version 7, RFC 9562), such as turn ids.
 *
 * <p>48 bits of milliseconds, 12 bits of the fraction within the millisecond, 62 random bits. Two ids of one process may
 * share a fraction and then sort at random. Safe for use by several threads when the random source is.
 */
public final class Uuid7 {
    private static final Uuid7 SYSTEM = new Uuid7(InstantSource.system(), new SecureRandom());
    private static final int MICROS_PER_MILLI = 1_000;
    private static final int FRACTION_STEPS = 1 << 12;

    private final InstantSource clock;
    private final RandomGenerator random;

    public Uuid7(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** A new id from the system's clock and secure random source, in its 36-character form. */
    public static String mint() {
        return SYSTEM.next().toString();
    }

    public UUID next() {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        long fraction = micros % MICROS_PER_MILLI * FRACTION_STEPS / MICROS_PER_MILLI;
        long high = ((micros / MICROS_PER_MILLI) << 16) | 0x7000L | fraction;
        long low = 0x8000_0000_0000_0000L | (random.nextLong() >>> 2);
        return new UUID(high, low);
    }
}
