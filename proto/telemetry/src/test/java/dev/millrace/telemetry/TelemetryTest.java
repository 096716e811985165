package dev.millrace.telemetry;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.rpc.Channels;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.GrpcServerBuilder;
import dev.millrace.rpc.Instruments;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Two services in this process, one behind the other, each with an SDK of its own. */
final class TelemetryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CALLERS_TRACE = "0af7651916cd43dd8448eb211c80319c";

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @Test
    void oneTraceGoesThroughEveryHop() throws IOException {
        Telemetry front = telemetry("front", 1);
        Telemetry back = telemetry("back", 1);
        ManagedChannel toBack = channel(serve(back, false, Echo.answering(word -> word)), front);
        ManagedChannel toFront = channel(
                serve(front, true, Echo.answering(word -> {
                    try (Step step = Step.begin("think")) {
                        step.tag("millrace.words", 1L);
                        return Echo.ask(toBack, word);
                    }
                })),
                Instruments.NONE);

        assertThat(Echo.ask(toFront, "hello")).isEqualTo("hello");

        List<JsonObject> spans = spans(4);
        JsonObject door = named(spans, "front", "millrace.test.Echo/Ask", 2);
        JsonObject think = named(spans, "front", "think", 1);
        JsonObject call = named(spans, "front", "millrace.test.Echo/Ask", 3);
        JsonObject peer = named(spans, "back", "millrace.test.Echo/Ask", 2);
        assertThat(spans).extracting(span -> span.get("traceId").getAsString()).containsOnly(id(door, "traceId"));
        assertThat(door.has("parentSpanId")).isFalse();
        assertThat(id(think, "parentSpanId")).isEqualTo(id(door, "spanId"));
        assertThat(id(call, "parentSpanId")).isEqualTo(id(think, "spanId"));
        assertThat(id(peer, "parentSpanId")).isEqualTo(id(call, "spanId"));
    }

    @Test
    void goesOnWithTheTraceOfACaller() {
        Telemetry telemetry = telemetry("front", 0);

        try (Step step = telemetry.arrival("POST /v1/chat/completions", callers("01"))) {
            assertThat(step.isRecorded())
                    .as("the caller's decision, not the share of 0")
                    .isTrue();
            assertThat(step.traceparent().orElseThrow())
                    .startsWith("00-" + CALLERS_TRACE + "-")
                    .endsWith("-01");
        }
        try (Step step = telemetry.arrival("POST /v1/chat/completions", callers("00"))) {
            assertThat(step.isRecorded()).isFalse();
            assertThat(step.traceparent().orElseThrow())
                    .startsWith("00-" + CALLERS_TRACE + "-")
                    .endsWith("-00");
        }
    }

    private static UnaryOperator<String> callers(String flags) {
        String header = "00-" + CALLERS_TRACE + "-b7ad6b7169203331-" + flags;
        return name -> "traceparent".equals(name) ? header : "";
    }

    @Test
    void aShareOfZeroRecordsNothingAndStillAnswers() throws Exception {
        Telemetry front = telemetry("front", 0);
        ManagedChannel toFront = channel(serve(front, true, Echo.answering(word -> word)), front);

        assertThat(Echo.ask(toFront, "hello")).isEqualTo("hello");

        front.close();
        assertThat(lines()).isEmpty();
    }

    @Test
    void anInnerDoorBeginsNoTrace() throws Exception {
        Telemetry back = telemetry("back", 1);
        List<Optional<String>> seen = new ArrayList<>();
        ManagedChannel toBack = channel(
                serve(back, false, Echo.answering(word -> {
                    seen.add(Trace.id());
                    return word;
                })),
                back);

        Echo.ask(toBack, "a poll");

        back.close();
        assertThat(seen).containsExactly(Optional.empty());
        assertThat(lines()).isEmpty();
    }

    @Test
    void aFailureIsNamedAndItsTextIsNot() throws IOException {
        Telemetry front = telemetry("front", 1);
        ManagedChannel toFront = channel(
                serve(front, true, Echo.answering(word -> {
                    throw Status.INVALID_ARGUMENT
                            .withDescription("your prompt was: " + word)
                            .asRuntimeException();
                })),
                front);

        assertThatThrownBy(() -> Echo.ask(toFront, "a secret")).isInstanceOf(StatusRuntimeException.class);

        JsonObject door = spans(1).getFirst();
        assertThat(door.getAsJsonObject("status").get("code").getAsInt()).isEqualTo(2);
        assertThat(door.toString())
                .contains("rpc.grpc.status_code", "error.type")
                .doesNotContain("secret");
    }

    @Test
    void whereNoPlaceIsConfiguredThereIsNothing() {
        Telemetry none = Telemetry.open(
                new TelemetryConfig("front", "1", Optional.empty(), Optional.empty(), 1, Duration.ofSeconds(30)));

        assertThat(none).isSameAs(Telemetry.off());
        assertThat(none.meter()).isEmpty();
        assertThat(none.arrival("POST", name -> "")).isSameAs(Step.NONE);
        assertThat(Step.begin("think")).isSameAs(Step.NONE);
        assertThat(Trace.apart()).isSameAs(io.grpc.Context.ROOT);
    }

    @Test
    void aDeadCollectorCostsSpansAndNoCall() throws IOException {
        Telemetry front = open(new TelemetryConfig(
                "front", "1", Optional.of(deadAddress()), Optional.empty(), 1, Duration.ofMillis(200)));
        ManagedChannel toFront = channel(serve(front, true, Echo.answering(word -> word)), front);

        for (int i = 0; i < 200; i++) {
            assertThat(Echo.ask(toFront, "hello")).isEqualTo("hello");
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(front.lostSpans()).isPositive());
    }

    @Test
    void anAddressThatIsNoneIsRefusedByName() {
        assertThatThrownBy(() -> new TelemetryConfig(
                        "front", "1", Optional.of(URI.create("collector")), Optional.empty(), 1, Duration.ofSeconds(1)))
                .hasMessageContaining("telemetry.endpoint: collector (expected: http://host:port");
        assertThatThrownBy(() -> new TelemetryConfig(
                        "front", "1", Optional.empty(), Optional.empty(), 1.5, Duration.ofSeconds(1)))
                .hasMessageContaining("telemetry.sample: 1.5 (expected: 0 to 1)");
    }

    private static URI deadAddress() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
    }

    private Telemetry telemetry(String service, double sample) {
        return open(new TelemetryConfig(
                service, "1", Optional.empty(), Optional.of(folder), sample, Duration.ofSeconds(30)));
    }

    private Telemetry open(TelemetryConfig config) {
        Telemetry telemetry = Telemetry.open(config);
        opened.add(telemetry);
        return telemetry;
    }

    private String serve(Telemetry telemetry, boolean isPublic, io.grpc.ServerServiceDefinition service) {
        String address = "inprocess:///" + UUID.randomUUID();
        GrpcServerBuilder builder = GrpcServer.builder("test").listen(address).instruments(telemetry);
        GrpcServer server = (isPublic ? builder.publicDoor(Duration.ofSeconds(30)) : builder.innerDoor())
                .service(service)
                .start();
        opened.add(server);
        return address;
    }

    private ManagedChannel channel(String address, Instruments instruments) {
        ManagedChannel channel = Channels.open(address, instruments);
        opened.add(channel::shutdownNow);
        return channel;
    }

    private List<JsonObject> spans(int count) throws IOException {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(lines()).hasSizeGreaterThanOrEqualTo(count));
        return lines().stream().map(TelemetryTest::span).toList();
    }

    private List<String> lines() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return lines;
        }
    }

    private static JsonObject span(String line) {
        JsonObject resource = JsonParser.parseString(line)
                .getAsJsonObject()
                .getAsJsonArray("resourceSpans")
                .get(0)
                .getAsJsonObject();
        JsonObject span = resource.getAsJsonArray("scopeSpans")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("spans")
                .get(0)
                .getAsJsonObject();
        span.addProperty("test.resource", resource.get("resource").toString());
        return span;
    }

    private static JsonObject named(List<JsonObject> spans, String service, String name, int kind) {
        return spans.stream()
                .filter(span -> span.get("test.resource").getAsString().contains("\"" + service + "\""))
                .filter(span -> span.get("name").getAsString().equals(name)
                        && span.get("kind").getAsInt() == kind)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " of " + service + " in " + spans));
    }

    private static String id(JsonObject span, String key) {
        return span.get(key).getAsString();
    }
}
