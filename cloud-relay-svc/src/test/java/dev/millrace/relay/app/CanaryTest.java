package dev.millrace.relay.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** Everything is logged that can be logged; neither key nor prompt nor answer may be in it, nor the key in an error. */
final class CanaryTest {
    private static final String KEY = "sk-canary-5f3c9a";

    @TempDir
    Path home;

    private static final class Capture extends AppenderBase<ILoggingEvent> {
        private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            String trace =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            lines.add(
                    event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs() + trace);
        }
    }

    @Test
    void neitherKeyNorPromptNorAnswerIsEverLogged() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        Capture capture = new Capture();
        capture.setContext(root.getLoggerContext());
        capture.start();
        root.addAppender(capture);
        root.detachAppender("OUT");
        root.setLevel(Level.TRACE);
        Path keyFile = Files.writeString(home.resolve("key"), KEY + "\n");
        StringBuilder errors = new StringBuilder();
        List<String> scripts = List.of(
                CloudScript.model(Kind.WORDS, 5),
                CloudScript.model(Kind.KEY_REFUSED),
                CloudScript.model(Kind.FAILS),
                CloudScript.model(Kind.RESETS_AFTER, 3),
                CloudScript.model(Kind.INVALID_JSON_AFTER, 3));
        try (FakeCloud cloud = FakeCloud.start().publish(scripts.toArray(String[]::new));
                RelayUnderTest relay = RelayUnderTest.start(
                        home,
                        Map.of(),
                        Map.of(
                                "cloud-relay.base-url",
                                cloud.base().toString(),
                                "cloud-relay.key",
                                "file:" + keyFile,
                                "cloud-relay.retry.base",
                                "10ms"))) {
            for (String script : scripts) {
                try (InferenceCall call = InferenceCall.begin(
                                relay.channel(), Prompts.cleared(script).build(), Duration.ofSeconds(10))
                        .finish()) {
                    errors.append(call.fault());
                }
            }
            assertThat(cloud.attempts(scripts.getFirst()).getLast().header("authorization"))
                    .contains("Bearer " + KEY);
        } finally {
            root.setLevel(before);
            root.detachAppender(capture);
        }

        assertThat(capture.lines).hasSizeGreaterThan(100);
        assertThat(capture.lines)
                .filteredOn(line -> line.startsWith("dev.millrace.relay"))
                .isNotEmpty();
        List<String> ours = capture.lines.stream()
                .filter(line -> !line.startsWith("dev.millrace.testing"))
                .toList();
        assertThat(ours).noneMatch(line -> line.contains(KEY));
        assertThat(ours).noneMatch(line -> line.contains("CANARYPROMPT"));
        assertThat(ours).noneMatch(line -> line.contains(FakeCloud.text(3)));
        assertThat(errors.toString()).contains("PROVIDER_KEY_REFUSED").doesNotContain(KEY);
    }
}
