package dev.millrace.billing.sql;

import dev.millrace.billing.Provenance;
import dev.millrace.billing.Tokens;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How values lie in columns: times as microseconds since 1970, days since then, absence as NULL. */
public final class Columns {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
    private static final long NANOS_PER_MICRO = 1_000;

    private Columns() {}

    public static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    public static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO);
    }

    static long day(long micros) {
        return Math.floorDiv(micros, MICROS_PER_DAY);
    }

    /** When the day after this one begins, in microseconds. */
    static long nextDay(long micros) {
        return (day(micros) + 1) * MICROS_PER_DAY;
    }

    static @Nullable Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    static Optional<Duration> duration(ResultSet row, String column) throws SQLException {
        OptionalLong nanos = optionalLong(row, column);
        return nanos.isPresent() ? Optional.of(Duration.ofNanos(nanos.getAsLong())) : Optional.empty();
    }

    static Tokens tokens(ResultSet row, Provenance provenance) throws SQLException {
        return new Tokens(
                optionalLong(row, "input_tokens"),
                optionalLong(row, "output_tokens"),
                optionalLong(row, "cached_input_tokens"),
                optionalLong(row, "reasoning_tokens"),
                provenance);
    }
}
