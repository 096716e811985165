package dev.millrace.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.telemetry.Step;
import dev.millrace.telemetry.Telemetry;
import dev.millrace.telemetry.TelemetryConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.KeyValuePair;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class JsonLinesTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private final LoggerContext context = new LoggerContext();
    private final JsonLines lines = new JsonLines("billing");

    @Test
    void theServiceAndWhatWasToldAreFields() {
        LoggingEvent event = event("a \"turn\"\nended");
        event.setKeyValuePairs(List.of(
                new KeyValuePair("turn", "0197c2e4"),
                new KeyValuePair("attempts", 2),
                new KeyValuePair("service", "something else")));

        JsonObject line = encoded(event);

        assertThat(line.get("service").getAsString()).isEqualTo("billing");
        assertThat(line.get("message").getAsString()).isEqualTo("a \"turn\"\nended");
        assertThat(line.get("level").getAsString()).isEqualTo("INFO");
        assertThat(Instant.parse(line.get("time").getAsString())).isEqualTo(Instant.ofEpochMilli(1_000));
        assertThat(line.get("turn").getAsString()).isEqualTo("0197c2e4");
        assertThat(line.get("attempts").getAsInt()).isEqualTo(2);
        assertThat(line.has("trace_id")).isFalse();
    }

    @Test
    void aLineWithinATraceNamesIt(@TempDir Path folder) throws Exception {
        try (Telemetry telemetry = Telemetry.open(new TelemetryConfig(
                        "billing", "1", Optional.empty(), Optional.of(folder), 1, Duration.ofSeconds(30)));
                Step step = telemetry.arrival("POST /", name -> "00-" + TRACE + "-b7ad6b7169203331-01")) {
            JsonObject line = step.in(io.grpc.Context.current()).call(() -> encoded(event("turn")));

            assertThat(line.get("trace_id").getAsString()).isEqualTo(TRACE);
            assertThat(line.get("span_id").getAsString()).hasSize(16);
        }
    }

    @Test
    void aFailureIsOneLine() {
        LoggingEvent event = new LoggingEvent(
                "test",
                context.getLogger("dev.millrace"),
                Level.ERROR,
                "broken",
                new IllegalStateException("cause"),
                null);

        JsonObject line = encoded(event);

        assertThat(line.get("exception").getAsString()).contains("IllegalStateException: cause");
    }

    @Test
    void theFormIsTextUnlessTheEnvironmentSaysSo() {
        assertThat(LogForm.of(Map.of())).isEqualTo(LogForm.TEXT);
        assertThat(LogForm.of(Map.of("MILLRACE_LOG_FORM", "json"))).isEqualTo(LogForm.JSON);
        assertThatThrownBy(() -> LogForm.of(Map.of("MILLRACE_LOG_FORM", "xml")))
                .hasMessageContaining("MILLRACE_LOG_FORM: \"xml\" (expected: text or json)");
    }

    private LoggingEvent event(String message) {
        LoggingEvent event =
                new LoggingEvent("test", context.getLogger("dev.millrace"), Level.INFO, message, null, null);
        event.setTimeStamp(1_000);
        return event;
    }

    /** One line, and JSON. */
    private JsonObject encoded(LoggingEvent event) {
        lines.setContext(context);
        lines.start();
        String text = new String(lines.encode(event), UTF_8);
        assertThat(text).endsWith("\n");
        assertThat(text.strip()).doesNotContain("\n");
        return JsonParser.parseString(text).getAsJsonObject();
    }
}
