package dev.millrace.relay.retry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads spans of time in the many spellings of HTTP headers. Nonsense is empty, the past is zero. */
final class Waits {
    /** Longer spans are cut to this: nobody waits so long, and no sum overflows. */
    static final Duration LONGEST = Duration.ofDays(366);

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,9})?");
    private static final Pattern SPANS = Pattern.compile("(?:[0-9]{1,9}(?:\\.[0-9]{1,9})?(?:ms|us|s|m|h|d))+");
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|us|s|m|h|d)");

    /** Plain numbers above this are points in time, not spans: 2001 in seconds since 1970. */
    private static final double EPOCH_SECONDS_MIN = 1e9;

    private static final double EPOCH_MILLIS_MIN = 1e12;

    private Waits() {}

    /** {@code retry-after-ms}. */
    static Optional<Duration> millis(String text) {
        return NUMBER.matcher(text.strip()).matches()
                ? Optional.of(seconds(Double.parseDouble(text.strip()) / 1_000))
                : Optional.empty();
    }

    /** {@code retry-after} and {@code …-reset}: seconds, {@code 1m30.5s}, seconds or millis since 1970, or a date. */
    static Optional<Duration> until(String text, Instant now) {
        String value = text.strip();
        if (NUMBER.matcher(value).matches()) {
            return Optional.of(number(Double.parseDouble(value), now));
        }
        return SPANS.matcher(value).matches() ? Optional.of(spans(value)) : date(value, now);
    }

    private static Duration number(double value, Instant now) {
        double nowSeconds = now.toEpochMilli() / 1_000.0;
        if (value >= EPOCH_MILLIS_MIN) {
            return seconds(value / 1_000 - nowSeconds);
        }
        return seconds(value >= EPOCH_SECONDS_MIN ? value - nowSeconds : value);
    }

    private static Duration spans(String value) {
        double seconds = 0;
        Matcher span = SPAN.matcher(value);
        while (span.find()) {
            seconds += Double.parseDouble(span.group(1))
                    * switch (span.group(2)) {
                        case "us" -> 1e-6;
                        case "ms" -> 1e-3;
                        case "s" -> 1;
                        case "m" -> 60;
                        case "h" -> 3_600;
                        default -> 86_400;
                    };
        }
        return seconds(seconds);
    }

    private static Optional<Duration> date(String value, Instant now) {
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(seconds(then.getEpochSecond() - now.toEpochMilli() / 1_000.0));
        } catch (DateTimeException nonsense) {
            return Optional.empty();
        }
    }

    private static Duration seconds(double seconds) {
        double bounded = Math.max(0, Math.min(seconds, (double) LONGEST.toSeconds()));
        return Duration.ofNanos((long) (bounded * 1e9));
    }
}
