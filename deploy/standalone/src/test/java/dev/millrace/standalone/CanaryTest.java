package dev.millrace.standalone;

import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.CreateCompletionRequest;
import dev.millrace.schema.gateway.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a caller wrote, what a model answered and what a key is are in no log line at any level, no span and no measurement:
 * through both doors, streamed and whole, answered and failed in every way that the fake cloud can fail in good time.
 */
@Isolated("it listens to every logger of this process")
final class CanaryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PROMPT = "canaryprompt5b1e";
    private static final String CALLERS_KEY = "mrk-canary-caller-77ab03";
    /** A word of every answer of the fake cloud. */
    private static final String ANSWER = "grinds";

    private static final List<String> CLOUD_MODELS = Stream.of(
                    "words",
                    "tool-call",
                    "fails",
                    "reset",
                    "dies-after-3",
                    "resets-after-3",
                    "invalid-json-after-3",
                    "error-after-3",
                    "no-end",
                    "context-too-long",
                    "content-filter",
                    "rejected",
                    "html",
                    "embeddings-4",
                    "key-forbidden",
                    "key-refused")
            .map(script -> script + "@cloud")
            .toList();

    @TempDir
    Path home;

    @Test
    void noPromptNoAnswerAndNoKeyIsTold() throws IOException, InterruptedException {
        try (Leaks leaks = new Leaks(List.of(PROMPT, ANSWER, WatchedHouse.CLOUD_KEY, CALLERS_KEY));
                WatchedHouse house = new WatchedHouse(home, CLOUD_MODELS)) {
            CLOUD_MODELS.forEach(house::price);
            List<String> models = Stream.concat(
                            Stream.of(WatchedHouse.LOCAL_MODEL, "no-such-model"), CLOUD_MODELS.stream())
                    .toList();

            embed(house);
            for (String model : models) {
                askOverHttp(house, model, true);
                askOverHttp(house, model, false);
                askOverGrpc(house, model);
            }

            assertThat(house.cloud.attempts())
                    .as("the canaries were on their way")
                    .anyMatch(attempt -> attempt.body().contains(PROMPT))
                    .anyMatch(attempt ->
                            attempt.header("authorization").orElse("").contains(WatchedHouse.CLOUD_KEY));
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(house.collector.spans()).hasSizeGreaterThan(models.size() * 10);
                assertThat(house.collector.metrics()).isNotEmpty();
            });
            assertThat(leaks.heard()).as("log events at every level").isGreaterThan(1_000);
            assertThat(leaks.found()).isEmpty();
            for (byte[] sent : house.collector.bytes()) {
                assertThat(leaks.in(new String(sent, UTF_8))).isEmpty();
            }
            assertThat(leaks.in(files())).isEmpty();
        }
    }

    /** The spans that were kept here, and the logs. */
    private String files() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String folder : List.of("traces", "logs")) {
            Path path = home.resolve(folder);
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.list(path)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        all.append(Files.readString(file));
                    }
                }
            }
        }
        return all.toString();
    }

    private static void askOverHttp(WatchedHouse house, String model, boolean stream)
            throws IOException, InterruptedException {
        String body = house.post(
                        "/v1/chat/completions",
                        "{\"model\":\"" + model + "\",\"stream\":" + stream
                                + ",\"messages\":[{\"role\":\"user\",\"content\":\"say " + PROMPT + "\"}]}",
                        "authorization",
                        "Bearer " + CALLERS_KEY)
                .body();
        assertThat(body).isNotEmpty();
        if (model.equals("words@cloud") || model.equals(WatchedHouse.LOCAL_MODEL)) {
            assertThat(body).contains(ANSWER);
        }
    }

    private static void askOverGrpc(WatchedHouse house, String model) {
        StreamCompletionRequest request = StreamCompletionRequest.newBuilder()
                .setModel(model)
                .addMessages(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText("say " + PROMPT)))
                .build();
        expectAnything(() -> stub(house).streamCompletion(request).forEachRemaining(event -> {}));
        expectAnything(() -> {
            var _ = stub(house)
                    .createCompletion(CreateCompletionRequest.newBuilder()
                            .setCompletion(request)
                            .build());
        });
    }

    private static void embed(WatchedHouse house) throws IOException, InterruptedException {
        for (String model : List.of("embeddings-4@cloud", "no-such-model")) {
            house.post(
                    "/v1/embeddings",
                    "{\"model\":\"" + model + "\",\"input\":[\"" + PROMPT + "\"]}",
                    "authorization",
                    "Bearer " + CALLERS_KEY);
            expectAnything(() -> {
                var _ = stub(house)
                        .createEmbeddings(CreateEmbeddingsRequest.newBuilder()
                                .setModel(model)
                                .addInputs(PROMPT)
                                .build());
            });
        }
    }

    /** How a call ends is the matter of other tests. */
    private static void expectAnything(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException failed) {
            assertThat(failed.getStatus().isOk()).isFalse();
        }
    }

    private static GatewayServiceGrpc.GatewayServiceBlockingStub stub(WatchedHouse house) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + CALLERS_KEY);
        return GatewayServiceGrpc.newBlockingStub(house.channel())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
}
