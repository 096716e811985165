package dev.millrace.standalone;

import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.testing.FakeCollector.Seen;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A prompt's way through all services is one trace, without a gap. */
@Isolated("its house takes the names of all services in this process")
final class OneTraceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CALLERS_SPAN = "b7ad6b7169203331";
    private static final String ANSWERS = "words@cloud";
    private static final String FAILS = "fails@cloud";

    @TempDir
    static Path home;

    @SuppressWarnings("NullAway.Init") // opened before any test
    private static WatchedHouse house;

    @BeforeAll
    static void open() {
        house = new WatchedHouse(home, List.of(ANSWERS, FAILS));
        house.price(ANSWERS);
        house.price(FAILS);
    }

    @AfterAll
    static void close() {
        house.close();
    }

    /** Each of the real services answers what it is asked at its own door. */
    @Test
    void theStartReportCallsEveryServiceHealthy() {
        assertThat(house.failing()).isEmpty();
    }

    @Test
    void aPromptForTheCloudIsOneTraceFromTheCallerToTheProvider() throws IOException, InterruptedException {
        String trace = "0af7651916cd43dd8448eb211c80319c";

        HttpResponse<String> answer = house.post(
                "/v1/chat/completions",
                chat(ANSWERS, false),
                "traceparent",
                "00-" + trace + "-" + CALLERS_SPAN + "-01");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("traceparent").orElse("")).startsWith("00-" + trace);
        List<Seen> spans = awaitAll(
                () -> whole(trace),
                Set.of("gateway", "classifier", "billing", "cloud-relay"),
                "POST /v1/chat/completions",
                "turn",
                "classify",
                "reserve",
                "chat " + ANSWERS,
                "POST /chat/completions",
                "settle");
        assertNoGap(spans, CALLERS_SPAN);
        Seen attempt = named(spans, "chat " + ANSWERS);
        assertThat(attempt.tag("gen_ai.operation.name")).isEqualTo("chat");
        assertThat(attempt.tag("gen_ai.provider.name")).isNotEmpty();
        assertThat(attempt.tag("gen_ai.request.model")).isEqualTo(ANSWERS);
        assertThat(attempt.tag("gen_ai.response.model")).isEqualTo(ANSWERS);
        assertThat(attempt.tag("gen_ai.response.finish_reasons")).isEqualTo("stop");
        assertThat(attempt.tag("gen_ai.usage.output_tokens")).isNotEmpty();
        Seen turn = named(spans, "turn");
        assertThat(turn.tag("millrace.target")).isEqualTo("cloud");
        assertThat(turn.tag("millrace.route.reason")).isEqualTo("NAMED_BY_CALLER");
        assertThat(turn.tag("millrace.outcome")).isEqualTo("completed");
        assertThat(Long.parseLong(named(spans, "settle").tag("millrace.charged_nano_usd")))
                .isPositive();
        assertThat(house.cloud.attempts(ANSWERS))
                .isNotEmpty()
                .allSatisfy(call -> assertThat(call.header("traceparent")).isEmpty());
    }

    @Test
    void aPromptOverGrpcThatStaysIsOneTraceToTheEngine() throws InterruptedException {
        GatewayServiceGrpc.newBlockingStub(house.channel())
                .streamCompletion(StreamCompletionRequest.newBuilder()
                        .setModel(WatchedHouse.LOCAL_MODEL)
                        .addMessages(Message.newBuilder()
                                .setRole(Role.ROLE_USER)
                                .addParts(ContentPart.newBuilder().setText("hello")))
                        .build())
                .forEachRemaining(event -> {});

        List<Seen> spans = awaitAll(
                () -> house.collector
                        .spanWith("gen_ai.request.model", WatchedHouse.LOCAL_MODEL)
                        .map(seen -> whole(seen.traceId()))
                        .orElse(List.of()),
                Set.of("gateway", "local-inference", "billing"),
                "millrace.gateway.v1.GatewayService/StreamCompletion",
                "generate",
                "settle");
        assertNoGap(spans, "");
    }

    @Test
    void aFailureSaysOfWhatKindAndWhere() throws IOException, InterruptedException {
        String trace = "11111111111111111111111111111111";

        HttpResponse<String> answer = house.post(
                "/v1/chat/completions", chat(FAILS, false), "traceparent", "00-" + trace + "-" + CALLERS_SPAN + "-01");

        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
        List<Seen> spans = awaitAll(
                () -> whole(trace),
                Set.of("gateway", "cloud-relay"),
                "POST /v1/chat/completions",
                "turn",
                "chat " + FAILS);
        assertThat(named(spans, "turn").tag("error.type")).isEqualTo("NO_BACKEND_ANSWERED");
        assertThat(named(spans, "chat " + FAILS).tag("error.type")).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(named(spans, "POST /v1/chat/completions").tag("http.response.status_code"))
                .isEqualTo(Integer.toString(answer.statusCode()));
    }

    @Test
    void measuresWhatOperatorsAskFor() throws IOException, InterruptedException {
        house.post("/v1/chat/completions", chat(ANSWERS, true));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(house.collector.metrics())
                        .extracting(Metric::getName)
                        .contains(
                                "gen_ai.client.operation.duration",
                                "gen_ai.client.token.usage",
                                "gen_ai.client.operation.time_to_first_chunk",
                                "gen_ai.server.request.duration",
                                "gen_ai.server.time_to_first_token",
                                "grpc.client.attempt.duration",
                                "grpc.server.call.duration",
                                "millrace.turns",
                                "millrace.routes",
                                "millrace.charged",
                                "millrace.holds",
                                "millrace.turns.running",
                                "millrace.settlements.waiting",
                                "millrace.slots",
                                "millrace.queue.length"));
    }

    private static String chat(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    }

    private static List<Seen> whole(String trace) {
        return house.collector.spans().stream()
                .filter(seen -> seen.traceId().equals(trace))
                .toList();
    }

    /** Waits for these services and these steps; each service sends its spans when it likes. */
    private static List<Seen> awaitAll(Supplier<List<Seen>> spans, Set<String> services, String... steps) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(services(spans.get())).containsAll(services);
            assertThat(names(spans.get())).contains(steps);
        });
        return spans.get();
    }

    private static void assertNoGap(List<Seen> spans, String parentOfFirst) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<Seen> now = whole(spans.getFirst().traceId());
            Set<String> known = now.stream().map(Seen::id).collect(Collectors.toSet());
            assertThat(now)
                    .filteredOn(seen -> !known.contains(seen.parentId()))
                    .extracting(Seen::parentId)
                    .as("parents of %s", names(now))
                    .containsExactly(parentOfFirst);
        });
    }

    private static Set<String> services(List<Seen> spans) {
        return spans.stream().map(Seen::service).collect(Collectors.toSet());
    }

    private static List<String> names(List<Seen> spans) {
        return spans.stream().map(seen -> seen.span().getName()).toList();
    }

    private static Seen named(List<Seen> spans, String name) {
        return spans.stream()
                .filter(seen -> seen.span().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + names(spans)));
    }
}
