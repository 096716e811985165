package dev.millrace.local.servers.openai;

import dev.millrace.local.Ending;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.servers.KeptAnswer;
import dev.millrace.local.servers.ScriptedServer;
import dev.millrace.local.servers.ServerSpec;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.FinishReason;
import io.grpc.Context;
import io.grpc.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** What becomes of an answer when the engine misbehaves: a named failure or a bounded answer, never a full memory. */
class HostileServerTest {
    private static final Map<String, String> EVENTS = Map.of("content-type", "text/event-stream");
    private static final String HELLO = chunk("{\"content\":\"hello\"}", "null");
    private static final String STOP = chunk("{}", "\"stop\"") + "data: [DONE]\n\n";

    private ScriptedServer server;
    private final KeptAnswer answer = new KeptAnswer();

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String chunk(String delta, String finish) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    private static Generation asking(String extra) {
        Generation hello = KeptAnswer.hello("m");
        return new Generation(
                hello.model(),
                hello.messages(),
                hello.sampling(),
                hello.tools(),
                hello.toolChoice(),
                hello.responseFormat(),
                hello.outputTokensMax(),
                hello.lengthCause(),
                hello.estimatedInputTokens(),
                extra);
    }

    private Ending generate(String extra, Map<String, String> headers, ScriptedServer.Body body) throws Exception {
        server.on("/v1/chat/completions", headers, body);
        try (OpenAiEngine engine = engine()) {
            return engine.generate(asking(extra), answer);
        }
    }

    private OpenAiEngine engine() {
        return new OpenAiEngine(new ServerSpec(server.base(), OptionalInt.empty(), 8192, ""));
    }

    private static ScriptedServer.Body text(String text) {
        return out -> out.write(text.getBytes(UTF_8));
    }

    private EngineFault failure(Map<String, String> headers, ScriptedServer.Body body) {
        return catchThrowableOfType(EngineFault.class, () -> generate("", headers, body));
    }

    @Test
    void aLineWithoutAnEndIsCutOff() {
        EngineFault fault = failure(EVENTS, text("data: " + "x".repeat(2 << 20)));

        assertThat(fault.kind()).isEqualTo(EngineFault.Kind.FAILED);
        assertThat(fault.message()).contains("a line of more than 1048576 bytes");
    }

    @Test
    void whatNestsTooDeepOrIsNoJsonIsRefusedAndNotQuoted() {
        for (String bad : List.of("[".repeat(100) + "]".repeat(100), "SECRET words")) {
            server.close();
            try {
                start();
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }

            EngineFault fault = failure(EVENTS, text(HELLO + "data: " + bad + "\n\n"));

            assertThat(fault.message())
                    .contains("not valid JSON of at most 64 levels")
                    .doesNotContain("SECRET");
        }
    }

    @Test
    void anUnknownFinishReasonIsPassedOnAndNotGuessedAt() throws Exception {
        Ending ending = generate("", EVENTS, text(HELLO + STOP.replace("stop", "tired")));

        assertThat(ending.choiceEnds().getFirst().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_UNSPECIFIED);
        assertThat(ending.choiceEnds().getFirst().getBackendFinishReason()).isEqualTo("tired");
    }

    @Test
    void anAnswerThatWasGivenUpIsNotWhole() {
        EngineFault fault = failure(EVENTS, text(HELLO + STOP.replace("stop", "abort")));

        assertThat(fault.kind()).isEqualTo(EngineFault.Kind.FAILED);
        assertThat(fault.message()).contains("finish_reason abort");
    }

    @Test
    void aPageInsteadOfAnAnswerIsNoAnswer() {
        for (String type : List.of("text/html; charset=utf-8", "application/json")) {
            server.close();
            try {
                start();
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }

            EngineFault fault = failure(Map.of("content-type", type), text("<html>welcome</html>"));

            assertThat(fault.message()).contains(type, "expected: text/event-stream", "is its address right?");
        }
    }

    @Test
    void aCodedAnswerIsRefusedAndNeverUnpacked() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[64 << 20]);
        }

        EngineFault fault = failure(
                Map.of("content-type", "text/event-stream", "content-encoding", "gzip"),
                out -> out.write(bomb.toByteArray()));

        assertThat(fault.message()).contains("coded as gzip");
    }

    @Test
    void whatHoldsNoTokensAndHasNoEndIsCutByItsBytes() throws Exception {
        String nothing = chunk("{\"tool_calls\":[{\"index\":0,\"id\":\"" + "x".repeat(1_000) + "\"}]}", "null");

        Ending ending = generate("", EVENTS, endless(nothing));

        assertThat(ending.choiceEnds().getFirst().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(answer.deltas).hasSizeBetween(900, 1_200);
        assertThat(server.ended().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void linesThatSayNothingHaveAnEnd() throws Exception {
        Ending ending = generate("", EVENTS, endless(": nothing\n".repeat(100)));

        assertThat(ending.choiceEnds().getFirst().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(answer.deltas).isEmpty();
    }

    @Test
    void logprobsPassWhereTheyWereAskedForAlone() throws Exception {
        String told = HELLO.replace("\"delta\"", "\"logprobs\":{\"content\":[]},\"delta\"") + STOP;
        generate("", EVENTS, text(told));
        server.close();
        start();
        generate("{\"logprobs\":true}", EVENTS, text(told));

        assertThat(answer.deltas).extracting(Delta::getLogprobsJson).containsExactly("", "{\"content\":[]}");
    }

    private static ScriptedServer.Body endless(String text) {
        return out -> {
            while (true) {
                out.write(text.getBytes(UTF_8));
                out.flush();
            }
        };
    }

    @Test
    void embeddingsThatNobodyWaitsForAreLetGo() throws Exception {
        server.on("/v1/embeddings", Map.of(), HostileServerTest::trickle);
        Context.CancellableContext call = Context.current().withCancellation();
        CompletableFuture<Object> vectors = embed(call);
        vectors.orTimeout(20, TimeUnit.SECONDS);
        await().until(server::wasAsked);

        call.cancel(null);

        assertThatThrownBy(vectors::get).isInstanceOf(CancellationException.class);
        assertThat(server.ended().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void embeddingsEndWithTheirDeadline() {
        server.on("/v1/embeddings", Map.of(), HostileServerTest::trickle);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (Context.CancellableContext call =
                Context.current().withDeadline(Deadline.after(300, TimeUnit.MILLISECONDS), timer)) {
            assertThatThrownBy(() -> embed(call).get(20, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        } finally {
            timer.shutdownNow();
        }
    }

    @Test
    void aCountThatNoEngineCanHaveMadeIsUnknown() throws Exception {
        server.on(
                "/v1/embeddings", 200, "{\"data\":[{\"index\":0,\"embedding\":[1]}],\"usage\":{\"prompt_tokens\":-5}}");
        try (OpenAiEngine engine = engine()) {
            assertThat(engine.embed("m", List.of("hi"), () -> false).inputTokens())
                    .isEmpty();
        }
    }

    /** Never ends: a space may stand before any JSON value. */
    private static void trickle(OutputStream out) throws IOException {
        while (true) {
            out.write(' ');
            out.flush();
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }

    private CompletableFuture<Object> embed(Context call) {
        CompletableFuture<Object> vectors = new CompletableFuture<>();
        Thread.ofVirtual().start(call.wrap(() -> {
            try (OpenAiEngine engine = engine()) {
                vectors.complete(engine.embed("m", List.of("hi"), () -> false));
            } catch (EngineFault | RuntimeException failure) {
                vectors.completeExceptionally(failure);
            }
        }));
        return vectors;
    }
}
