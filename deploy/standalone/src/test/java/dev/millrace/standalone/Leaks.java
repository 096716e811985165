package dev.millrace.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Listens to every logger of this process at its finest level, and keeps each event that holds one of the words. */
final class Leaks implements AutoCloseable {
    private static final int SHOWN = 300;

    private final List<String> words;
    private final Queue<String> found = new ConcurrentLinkedQueue<>();
    private final AtomicLong heard = new AtomicLong();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();
    private final java.util.logging.Logger platform = java.util.logging.Logger.getLogger("");
    private final java.util.logging.Level platformBefore = platform.getLevel();
    private final Events events = new Events();
    private final Records records = new Records();

    /** Words as they are, and as a dump of bytes in hexadecimal digits would show them. */
    Leaks(List<String> words) {
        this.words = words.stream()
                .flatMap(word -> Stream.of(word, HexFormat.of().formatHex(word.getBytes(UTF_8))))
                .toList();
        events.setContext(root.getLoggerContext());
        events.start();
        root.addAppender(events);
        root.setLevel(Level.TRACE);
        records.setLevel(java.util.logging.Level.ALL);
        platform.addHandler(records);
        platform.setLevel(java.util.logging.Level.ALL);
    }

    /** The words in a text; empty: none. */
    List<String> in(String text) {
        return words.stream().filter(text::contains).toList();
    }

    List<String> found() {
        return List.copyOf(found);
    }

    long heard() {
        return heard.get();
    }

    private void hear(String logger, String text) {
        heard.incrementAndGet();
        in(text).stream().findFirst().ifPresent(word -> {
            int at = text.indexOf(word);
            found.add(logger + ": " + text.substring(Math.max(0, at - SHOWN), Math.min(text.length(), at + SHOWN)));
        });
    }

    @Override
    public void close() {
        root.detachAppender(events);
        root.setLevel(before);
        platform.removeHandler(records);
        platform.setLevel(platformBefore);
    }

    /** What goes through SLF4J. */
    private final class Events extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            String pairs = event.getKeyValuePairs() == null
                    ? ""
                    : event.getKeyValuePairs().toString();
            String failure =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            hear(event.getLoggerName(), event.getFormattedMessage() + " " + pairs + " " + failure);
        }
    }

    /** What goes through the platform's own logging, such as gRPC's. */
    private final class Records extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
            hear(String.valueOf(record.getLoggerName()), formatter.format(record));
        }

        @Override
        public void flush() {
            // Nothing waits.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
