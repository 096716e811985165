package dev.millrace.local.app;

import dev.millrace.local.servers.ScriptedServer;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The service in front of vLLM and LocalAI, neither of which runs here: a server gives their answers, in the shapes that the two
 * document, from the files of {@code dialects}.
 */
class DialectsTest {
    @TempDir
    Path home;

    private ScriptedServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void vllmTellsItsWindowInTheListAndThatOfAnAdapterByItsModel() throws Exception {
        vllm(200, "vllm/stream.txt");

        try (RunningEngines engines = engines()) {
            Map<String, Model> models = models(engines);

            assertThat(models).containsOnlyKeys("Qwen/Qwen3-8B", "support-adapter");
            assertThat(models.values()).allSatisfy(model -> {
                assertThat(model.getEngine()).isEqualTo("openai");
                assertThat(model.getContextLength()).isEqualTo(32_768);
                assertThat(model.getCapabilities().getChat()).isTrue();
                assertThat(model.getCapabilities().getMultipleChoices()).isTrue();
            });
        }
    }

    @Test
    void vllmsStreamHasReasoningThenTextThenUsage() throws Exception {
        vllm(200, "vllm/stream.txt");

        try (RunningEngines engines = engines()) {
            ServedAnswer answer = ServedAnswer.read(engines.channel(), ask("Qwen/Qwen3-8B"));

            assertThat(answer.text()).isEqualTo("Good morning!");
            assertThat(answer.deltas().stream()
                            .map(delta -> delta.getReasoning())
                            .collect(Collectors.joining()))
                    .isEqualTo("A greeting. Answer it.");
            assertThat(ends(answer)).containsExactly(FinishReason.FINISH_REASON_STOP);
            assertUsage(answer, 14, 11);
        }
    }

    @Test
    void vllmGivesSeveralChoicesAndTheOthersAreNotAskedForThem() throws Exception {
        vllm(200, "vllm/two-choices.txt");

        try (RunningEngines engines = engines()) {
            ServedAnswer answer = ServedAnswer.read(engines.channel(), two("Qwen/Qwen3-8B"));

            assertThat(server.lastBody()).contains("\"n\":2");
            assertThat(ends(answer))
                    .containsExactly(FinishReason.FINISH_REASON_LENGTH, FinishReason.FINISH_REASON_STOP);
            assertThat(answer.completed().getUsage().getCachedInputTokens()).isEqualTo(8);
        }
    }

    @Test
    void vllmSaysInThreeWaysThatAPromptIsTooLong() throws Exception {
        Map<String, String> tokensOfPrompt = Map.of(
                "vllm/too-long.json", "40021", "vllm/too-long-flat.json", "40021", "vllm/too-large.json", "30021");
        for (Map.Entry<String, String> refusal : tokensOfPrompt.entrySet()) {
            stop();
            start();
            vllm(400, refusal.getKey());

            try (RunningEngines engines = engines()) {
                Fault fault = failure(engines, ask("Qwen/Qwen3-8B"));

                assertThat(fault.reason()).as(refusal.getKey()).isEqualTo("CONTEXT_TOO_LONG");
                assertThat(fault.metadata())
                        .as(refusal.getKey())
                        .containsEntry("context_length", "32768")
                        .containsEntry("input_tokens", refusal.getValue());
            }
        }
    }

    @Test
    void vllmsErrorInsideAStreamCutsTheAnswer() throws Exception {
        vllm(200, "vllm/error-in-stream.txt");

        try (RunningEngines engines = engines()) {
            Fault fault = failure(engines, ask("Qwen/Qwen3-8B"));

            assertThat(fault.reason()).isEqualTo("STREAM_INTERRUPTED");
            assertThat(fault.message()).contains("the engine core ended");
        }
    }

    @Test
    void localAiTellsWindowsAndAbilitiesBesideItsListOfNames() throws Exception {
        localAi("localai/stream.txt").on("/v1/models/capabilities", 200, read("localai/capabilities.json"));

        try (RunningEngines engines = engines()) {
            Map<String, Model> models = models(engines);

            // What only hears or paints is of no use here, and would be the first that "local" finds.
            assertThat(models)
                    .containsOnlyKeys(
                            "bert-embeddings", "llama-3.2-1b-instruct:q4_k_m", "qwen2.5-omni", "loose-file.gguf");
            Model vectors = Objects.requireNonNull(models.get("bert-embeddings"));
            assertThat(vectors.getCapabilities().getChat()).isFalse();
            assertThat(vectors.getCapabilities().getEmbeddings()).isTrue();
            Model text = Objects.requireNonNull(models.get("llama-3.2-1b-instruct:q4_k_m"));
            assertThat(text.getContextLength()).isEqualTo(8_192);
            assertThat(text.getCapabilities().getChat()).isTrue();
            assertThat(text.getCapabilities().getImages()).isFalse();
            assertThat(text.getCapabilities().getEmbeddings()).isFalse();
            Model seeing = Objects.requireNonNull(models.get("qwen2.5-omni"));
            assertThat(seeing.getContextLength()).isEqualTo(32_768);
            assertThat(seeing.getCapabilities().getImages()).isTrue();
            Model unknown = Objects.requireNonNull(models.get("loose-file.gguf"));
            assertThat(unknown.hasContextLength()).isFalse();
            assertThat(unknown.getCapabilities().getChat()).isTrue();
        }
    }

    @Test
    void anOlderLocalAiTellsNamesAlone() throws Exception {
        localAi("localai/stream.txt").on("/v1/models/capabilities", 404, read("localai/not-found.json"));

        try (RunningEngines engines = engines()) {
            assertThat(models(engines))
                    .hasSize(6)
                    .allSatisfy(
                            (id, model) -> assertThat(model.hasContextLength()).isFalse());
        }
    }

    @Test
    void localAisStreamEndsWithItsUsage() throws Exception {
        localAi("localai/stream.txt");

        try (RunningEngines engines = engines()) {
            ServedAnswer answer = ServedAnswer.read(engines.channel(), ask("llama-3.2-1b-instruct:q4_k_m"));

            assertThat(answer.text()).isEqualTo("Good morning!");
            assertThat(ends(answer)).containsExactly(FinishReason.FINISH_REASON_STOP);
            assertUsage(answer, 18, 4);
            assertThat(failure(engines, two("llama-3.2-1b-instruct:q4_k_m")).reason())
                    .isEqualTo("CAPABILITY_UNSUPPORTED");
        }
    }

    @Test
    void theNoughtsOfAnOlderLocalAiAreNoReport() throws Exception {
        localAi("localai/stream-of-noughts.txt");

        try (RunningEngines engines = engines()) {
            ServedAnswer answer = ServedAnswer.read(engines.channel(), ask("llama-3.2-1b-instruct:q4_k_m"));

            assertThat(answer.text()).isEqualTo("Good morning!");
            TokenUsage usage = answer.completed().getUsage();
            assertThat(usage.getProvenance()).isEqualTo(UsageProvenance.USAGE_PROVENANCE_COUNTED);
            assertThat(usage.getOutputTokens()).isEqualTo(3);
            assertThat(usage.hasInputTokens()).isFalse();
        }
    }

    /** @param chat the file that answers a chat */
    private void vllm(int status, String chat) throws IOException {
        server.on("/props", 404, "{\"detail\":\"Not Found\"}")
                .on("/v1/models", 200, read("vllm/models.json"))
                .on("/v1/chat/completions", status, read(chat));
    }

    private ScriptedServer localAi(String chat) throws IOException {
        return server.on("/props", 404, read("localai/not-found.json"))
                .on("/v1/models", 200, read("localai/models.json"))
                .on("/v1/chat/completions", 200, read(chat));
    }

    private RunningEngines engines() {
        return RunningEngines.start(
                home,
                Map.of(
                        "local-inference.engine", "openai=" + server.base(),
                        "local-inference.embedded.enabled", "false",
                        "local-inference.embeddings.enabled", "false",
                        "local-inference.watch-every", "1h"));
    }

    private static Map<String, Model> models(RunningEngines engines) {
        return InferenceServiceGrpc.newBlockingStub(engines.channel())
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList()
                .stream()
                .collect(Collectors.toMap(Model::getId, Function.identity()));
    }

    private static StreamCompletionRequest ask(String model) {
        return ServedAnswer.ask("Good morning").setModel(model).build();
    }

    private static StreamCompletionRequest two(String model) {
        return ask(model).toBuilder()
                .setSampling(SamplingParameters.newBuilder().setChoiceCount(2))
                .build();
    }

    private static List<FinishReason> ends(ServedAnswer answer) {
        return answer.completed().getChoiceEndsList().stream()
                .map(ChoiceEnd::getFinishReason)
                .toList();
    }

    private static void assertUsage(ServedAnswer answer, long inputTokens, long outputTokens) {
        TokenUsage usage = answer.completed().getUsage();
        assertThat(usage.getInputTokens()).isEqualTo(inputTokens);
        assertThat(usage.getOutputTokens()).isEqualTo(outputTokens);
        assertThat(usage.getProvenance()).isEqualTo(UsageProvenance.USAGE_PROVENANCE_REPORTED);
    }

    private static Fault failure(RunningEngines engines, StreamCompletionRequest request) {
        return Fault.of(catchThrowableOfType(
                StatusRuntimeException.class, () -> ServedAnswer.read(engines.channel(), request)));
    }

    private static String read(String file) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(DialectsTest.class.getResourceAsStream("/dialects/" + file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
