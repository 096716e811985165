package dev.millrace.runtime;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Writes each log event as one line for people: time (UTC), level, logger, message, and {@code key="value"} for each pair, with
 * the exception's trace below. A control character becomes a space: what a caller wrote must not look like a line of ours.
 */
final class TextLines extends LogLines {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);
    private static final int LEVEL_CHARS = 5;
    private static final int LINE_CHARS = 512;

    private volatile Second second = new Second(Long.MIN_VALUE, "");

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(LINE_CHARS);
        time(event.getTimeStamp(), line);
        String level = event.getLevel().toString();
        line.append(' ').append(level).repeat(' ', LEVEL_CHARS - level.length());
        line.append(' ').append(event.getLoggerName()).append(' ');
        tidied(event.getFormattedMessage(), line);
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                tidied(pair.key, line.append(' '));
                tidied(String.valueOf(pair.value), line.append("=\""));
                line.append('"');
            }
        }
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(trace(event));
        }
        return line.toString().getBytes(UTF_8);
    }

    private void time(long millis, StringBuilder line) {
        long seconds = Math.floorDiv(millis, 1_000L);
        Second known = second;
        if (known.sinceEpoch != seconds) {
            known = new Second(seconds, SECONDS.format(Instant.ofEpochSecond(seconds)));
            second = known;
        }
        long rest = Math.floorMod(millis, 1_000L);
        line.append(known.text);
        line.append((char) ('0' + rest / 100))
                .append((char) ('0' + rest / 10 % 10))
                .append((char) ('0' + rest % 10));
        line.append('Z');
    }

    private static void tidied(@Nullable String text, StringBuilder line) {
        int begin = line.length();
        line.append(text);
        for (int i = begin; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i))) {
                line.setCharAt(i, ' ');
            }
        }
    }

    /** A second, as it is written. */
    private record Second(long sinceEpoch, String text) {}
}
