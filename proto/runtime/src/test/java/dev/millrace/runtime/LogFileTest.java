package dev.millrace.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Isolated("its file takes what everybody in this process logs")
final class LogFileTest {
    private static final String NAME = "log-file-test";

    @TempDir
    Path folder;

    @Test
    void whatACallerWroteCannotLookLikeALineOfOurs() throws Exception {
        LogFile.open(folder, NAME);

        LoggerFactory.getLogger("test")
                .atInfo()
                .addKeyValue("request_id", "a\n2026-11-21T00:00:00.000Z INFO  forged\r\u001b[31m")
                .log("turn");

        assertThat(Files.readAllLines(folder.resolve(NAME + ".log")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("INFO  test turn request_id=\"a 2026-11-21T00:00:00.000Z INFO  forged")
                        .doesNotContain("\u001b"));
    }

    @Test
    void aLineTellsWhenWhoAndWhatAndThenTheFailure() throws Exception {
        LogFile.open(folder, NAME);

        LoggerFactory.getLogger("dev.millrace.test")
                .atWarn()
                .addKeyValue("path", "/a b")
                .addKeyValue("tries", 3)
                .setCause(new IllegalStateException("why"))
                .log("{} did not open", "ledger");

        assertThat(Files.readString(folder.resolve(NAME + ".log")))
                .containsPattern(
                        "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z WARN  dev.millrace.test"
                                + " ledger did not open path=\"/a b\" tries=\"3\"\njava.lang.IllegalStateException: why\n\tat ");
    }

    @Test
    void aTimeIsWrittenToTheMillisecond() {
        TextLines lines = new TextLines();
        LoggingEvent event = new LoggingEvent();
        event.setLevel(Level.INFO);
        event.setLoggerName("test");
        event.setMessage("tick");

        event.setInstant(Instant.parse("2026-01-02T03:04:05.060Z"));
        assertThat(new String(lines.encode(event), UTF_8)).isEqualTo("2026-01-02T03:04:05.060Z INFO  test tick\n");
        event.setInstant(Instant.parse("2026-01-02T03:04:06.987Z"));
        assertThat(new String(lines.encode(event), UTF_8)).isEqualTo("2026-01-02T03:04:06.987Z INFO  test tick\n");
    }

    @Test
    void theDepthIsTheOperatorsAndAWrongWordIsNamed() {
        assertThat(LogDepth.of(Map.of())).isEmpty();
        assertThat(LogDepth.of(Map.of("MILLRACE_LOG_LEVEL", "TRACE"))).contains(Level.TRACE);
        assertThatThrownBy(() -> LogDepth.of(Map.of("MILLRACE_LOG_LEVEL", "all")))
                .hasMessageContaining("MILLRACE_LOG_LEVEL: \"all\" (expected: trace, debug, info or warn)");
    }

    /** The bytes of calls are left out at any depth. */
    @Test
    void theDeepestLogHasNothingOfTheWire() {
        LoggerContext context = new LoggerContext();
        LogDepth.set(context, Map.of("MILLRACE_LOG_LEVEL", "trace"));

        assertThat(context.getLogger("dev.millrace").isTraceEnabled()).isTrue();
        assertThat(context.getLogger("io.micronaut.context.event.ApplicationEventPublisher")
                        .isDebugEnabled())
                .isFalse();
        assertThat(LoggerFactory.getLogger("org.apache.hc.client5.http.wire").isErrorEnabled())
                .isFalse();
    }

    @AfterEach
    void close() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var file = root.getAppender(NAME);
        if (file != null) {
            root.detachAppender(file);
            file.stop();
        }
    }
}
