package dev.millrace.runtime;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

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

    @AfterEach
    void close() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var file = root.getAppender(NAME);
        root.detachAppender(file);
        file.stop();
    }
}
