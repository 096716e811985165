package dev.millrace.gateway.app;

import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.FakeBilling;
import dev.millrace.gateway.fakes.FakeClassifier;
import dev.millrace.gateway.fakes.FakePrices;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.rpc.Channels;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.GrpcServerBuilder;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService.Running;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class GatewayWiringTest {

    @TempDir
    Path folder;

    private final List<GrpcServer> peers = new ArrayList<>();
    private final FakeBilling billing = new FakeBilling();

    @AfterEach
    void close() {
        peers.forEach(GrpcServer::close);
    }

    @Test
    void opensBothDoorsFromItsDefaultsAndAnswers() throws Exception {
        try (Running running = new GatewayApplication().start(settings())) {
            URI grpc = running.addresses().getFirst();
            URI http = running.addresses().getLast();
            ManagedChannel channel = Channels.open(grpc.toString());
            List<StreamCompletionResponse> events = new ArrayList<>();

            GatewayServiceGrpc.newBlockingStub(channel)
                    .streamCompletion(GatewayFixture.prompt())
                    .forEachRemaining(events::add);
            HttpResponse<String> models = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(http.resolve("/v1/models")).build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(GatewayFixture.text(events)).isEqualTo("hello from millrace-starter");
            assertThat(models.body()).contains("millrace-starter", "deepseek-v3.2");
            assertThat(running.healthLine()).isEqualTo("open on loopback, no key needed");
            assertThat(running.healthy()).isTrue();
            assertThat(HealthGrpc.newBlockingStub(channel)
                            .check(HealthCheckRequest.newBuilder()
                                    .setService("millrace.gateway.v1.GatewayService")
                                    .build())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
            channel.shutdownNow();
        }
    }

    @Test
    void tellsAStreamThatOutlivesItsDrain() throws Exception {
        FakeBackend endless = new FakeBackend("embedded", "millrace-starter");
        endless.script("millrace-starter", FakeBackend.hangAfter("one"));
        ServiceSettings settings = settings().with("gateway.peers.local-inference", serve(endless));
        try (Running running = new GatewayApplication().start(settings)) {
            URI http = running.addresses().getLast();
            HttpRequest ask = HttpRequest.newBuilder(http.resolve("/v1/chat/completions"))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("""
                            {"model": "millrace-starter", "stream": true, "messages": [{"role": "user", "content": "hello"}]}
                            """))
                    .build();
            HttpResponse<InputStream> answer =
                    HttpClient.newHttpClient().send(ask, HttpResponse.BodyHandlers.ofInputStream());

            running.drain(Duration.ofSeconds(5));

            assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("one", "STREAM_INTERRUPTED")
                    .endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void namesThePortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            ServiceSettings settings = settings().with("gateway.http.port", Integer.toString(taken.getLocalPort()));

            assertThatThrownBy(() -> new GatewayApplication().start(settings))
                    .hasMessageContaining("port " + taken.getLocalPort() + " is taken by pid "
                            + ProcessHandle.current().pid());
        }
    }

    @Test
    void refusesAMisspeltKeyAndADoorThatStrangersReach() {
        assertThatThrownBy(() -> new GatewayApplication().start(settings().with("gateway.polcy.version", "x")))
                .isInstanceOf(ConfigurationFault.class);
        assertThatThrownBy(
                        () -> new GatewayApplication().start(settings().with("gateway.grpc.listen", "tcp://0.0.0.0:0")))
                .hasMessageContaining("gateway.grpc.listen: 0.0.0.0");
    }

    @Test
    void refusesAPolicyThatTheRelayWouldNotKeep() {
        assertThatThrownBy(() ->
                        new GatewayApplication().start(settings().with("gateway.policy.leave-up-to", "sensitive")))
                .hasStackTraceContaining("gateway.policy.leave-up-to: \"sensitive\" (expected: public or internal)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aliases: [smart=gpt-4.1, front-desk] | gateway.policy.aliases[1]: \"front-desk\" (expected: name=value)",
                "cutoffs: {moderate: 0.7} | gateway.policy.cutoffs: 0.7, 0.65, 0.9 (expected: rising, above 0 to 1)",
                "local-limits: [m=huge] | gateway.policy.local-limits[0]: \"huge\" (expected: one of [trivial, moderate,"
                        + " complex, premium])",
                "local-limit: huge | gateway.policy.local-limit: \"huge\" (expected: one of [trivial, moderate,"
                        + " complex, premium])",
                "leave-up-to: sensitive | gateway.policy.leave-up-to: \"sensitive\" (expected: public or internal):"
                        + " the relay lets no text leave that was judged sensitive"
            })
    void aPolicyThatCannotHoldIsToldWithItsLineBeforeAnythingStarts(String line, String mistake) throws IOException {
        Path file = Files.writeString(
                folder.resolve("config.yml"), "gateway:\n  policy:\n    version: mine\n    " + line + "\n");

        assertThat(new GatewayApplication().mistakes(ServiceSettings.of(new Home(folder))))
                .containsExactly(mistake + "   in " + file + " line 4");
    }

    @Test
    void everyMistakeOfAPolicyIsToldAtOnceWithItsLine() throws IOException {
        Path file = Files.writeString(folder.resolve("config.yml"), """
                gateway:
                  policy:
                    cutoffs: {moderate: 0.7}
                    local-limit: huge
                    aliases:
                      - smart=gpt-4.1
                      - front-desk
                      - =gpt-4.1
                    local-limits: [m=tiny]
                    leave-up-to: sensitive
                """);

        assertThat(new GatewayApplication().mistakes(ServiceSettings.of(new Home(folder))))
                .extracting(mistake -> mistake.replaceFirst("(?s)[: ].*" + Pattern.quote("   in " + file), ""))
                .containsExactly(
                        "gateway.policy.cutoffs line 3",
                        "gateway.policy.local-limit line 4",
                        "gateway.policy.local-limits[0] line 9",
                        "gateway.policy.aliases[1] line 7",
                        "gateway.policy.aliases[2] line 8",
                        "gateway.policy.leave-up-to line 10");
    }

    @Test
    void aPolicyThatHoldsPassesBeforeAnythingStarts() {
        assertThat(new GatewayApplication()
                        .mistakes(settings().with("gateway.policy.aliases", "smart=gpt-4.1,fast=deepseek-v3.2")))
                .isEmpty();
    }

    @Test
    void limitsThatLetNothingRunAreToldWithTheirLinesBeforeAnythingStarts() throws IOException {
        Path file = Files.writeString(
                folder.resolve("config.yml"),
                "gateway:\n  limits:\n    attempts-max: 0\n    turns-max: -1\n    prompts-heap-percent: 500\n");

        assertThat(new GatewayApplication().mistakes(ServiceSettings.of(new Home(folder))))
                .containsExactly(
                        "gateway.limits.attempts-max: 0 (expected: >= 1)   in " + file + " line 3",
                        "gateway.limits.turns-max: -1 (expected: >= 1)   in " + file + " line 4",
                        "gateway.limits.prompts-heap-percent: 500 (expected: 1 to 80)   in " + file + " line 5");
    }

    @Test
    void refusesLimitsThatLetNothingRun() {
        for (String key : List.of("gateway.limits.turns-max", "gateway.limits.attempts-max")) {
            assertThatThrownBy(() -> new GatewayApplication().start(settings().with(key, "0")))
                    .hasStackTraceContaining(key + ": 0 (expected: >= 1)");
        }
    }

    @Test
    void theLedgerFindsATurnByTheIdOfItsCallAndRunsEachCallThatHasIt() throws Exception {
        try (Running running = new GatewayApplication().start(settings())) {
            URI http = running.addresses().getLast();
            String chat = "{\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}";

            post(http.resolve("/v1/chat/completions"), chat, "x-request-id", "mine-7");
            post(http.resolve("/v1/chat/completions"), chat, "x-request-id", "mine-7");
            post(http.resolve("/v1/embeddings"), "{\"input\": \"hello\"}", "x-request-id", "mine-8");
            post(http.resolve("/v1/chat/completions"), chat, "x-request-id", "mine-9", "idempotency-key", "key-9");
            post(http.resolve("/v1/chat/completions"), chat);

            List<SettleUsageRequest> settled = List.of(
                    billing.settled().take(),
                    billing.settled().take(),
                    billing.settled().take(),
                    billing.settled().take(),
                    billing.settled().take());
            assertThat(settled)
                    .extracting(SettleUsageRequest::getRequestId)
                    .containsExactlyInAnyOrder("mine-7", "mine-7", "mine-8", "key-9", "");
            assertThat(settled).extracting(SettleUsageRequest::getTurnId).doesNotHaveDuplicates();
        }
    }

    @Test
    void anErrorNamesItsTurnToo() throws Exception {
        try (Running running = new GatewayApplication().start(settings())) {
            String answer = post(
                            running.addresses().getLast().resolve("/v1/chat/completions"),
                            "{\"model\": \"deepsek-v3.2\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}",
                            "x-request-id",
                            "mine-10")
                    .body();

            String turn = billing.settled().take().getTurnId();
            assertThat(answer).contains("\"request_id\":\"mine-10\",\"turn_id\":\"" + turn + "\"");
        }
    }

    private static HttpResponse<String> post(URI address, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aHoldBeginsItsCallOnlyWhereBillingAndTheRelayLiveInThisProcess() {
        assertThat(beginsCall(settings())).isTrue();
        assertThat(beginsCall(settings().with("gateway.peers.cloud-relay", serve("tcp://127.0.0.1:0", relay()))))
                .isFalse();
        assertThat(beginsCall(settings()
                        .with("gateway.peers.billing", serve("tcp://127.0.0.1:0", billing, new FakePrices()))))
                .isFalse();
    }

    private boolean beginsCall(ServiceSettings settings) {
        try (Running running = new GatewayApplication().start(settings)) {
            ManagedChannel channel =
                    Channels.open(running.addresses().getFirst().toString());
            GatewayServiceGrpc.newBlockingStub(channel)
                    .streamCompletion(GatewayFixture.prompt("deepseek-v3.2").build())
                    .forEachRemaining(event -> {});
            channel.shutdownNow();
            return billing.reserved().getLast().getBeginsCall();
        }
    }

    private static FakeBackend relay() {
        return new FakeBackend("holysheep", "deepseek-v3.2");
    }

    private ServiceSettings settings() {
        return ServiceSettings.of(new Home(folder))
                .with("gateway.grpc.listen", "tcp://127.0.0.1:0")
                .with("gateway.http.port", "0")
                .with("gateway.peers.classifier", serve(new FakeClassifier()))
                .with("gateway.peers.billing", serve(billing, new FakePrices()))
                .with("gateway.peers.local-inference", serve(new FakeBackend("embedded", "millrace-starter")))
                .with("gateway.peers.cloud-relay", serve(relay()));
    }

    private String serve(BindableService... services) {
        return serve("inprocess:///" + UUID.randomUUID(), services);
    }

    private String serve(String address, BindableService... services) {
        GrpcServerBuilder builder = GrpcServer.builder("fake").listen(address).innerDoor();
        for (BindableService service : services) {
            builder.service(service);
        }
        GrpcServer server = builder.start();
        peers.add(server);
        return server.addresses().getFirst().toString();
    }
}
