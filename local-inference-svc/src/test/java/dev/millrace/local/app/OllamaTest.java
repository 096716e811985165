package dev.millrace.local.app;

import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.LoadModelRequest;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelServiceGrpc;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.UnloadModelRequest;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/** The service in front of a real Ollama with the starter model; only where {@code deploy/engines/ollama --install} has run. */
class OllamaTest {
    @TempDir
    static Path home;

    private static Optional<String> missing = Optional.empty();

    @SuppressWarnings("NullAway.Init") // set where the engine is to be had
    private static EngineProcess engine;

    @SuppressWarnings("NullAway.Init") // set where the engine is to be had
    private static RunningEngines service;

    @BeforeAll
    static void start() throws Exception {
        missing = EngineProcess.missing("ollama", "--path");
        if (missing.isPresent()) {
            return;
        }
        int port = EngineProcess.freePort();
        String ollama = EngineProcess.script("ollama").toString();
        Map<String, String> environment = Map.of(
                "OLLAMA_HOST",
                "127.0.0.1:" + port,
                "OLLAMA_MODELS",
                home.resolve("models").toString(),
                "HOME",
                home.toString(),
                "MILLRACE_CACHE",
                cache());
        engine = EngineProcess.start(port, "/api/version", environment, ollama, "serve");
        create(ollama, environment);
        service = RunningEngines.start(
                home,
                Map.of(
                        "local-inference.engine",
                        "ollama=" + engine.base(),
                        "local-inference.embedded.enabled",
                        "false"));
    }

    private static String cache() {
        String chosen = System.getenv("MILLRACE_CACHE");
        return chosen != null
                ? chosen
                : Path.of(System.getProperty("user.home"), ".cache", "millrace").toString();
    }

    private static void create(String ollama, Map<String, String> environment) throws Exception {
        ProcessBuilder create = new ProcessBuilder(ollama, "--create", "starter");
        create.environment().putAll(environment);
        Process process = create.redirectErrorStream(true)
                .redirectOutput(home.resolve("create.log").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(home.resolve("create.log")))
                .isZero();
    }

    @BeforeEach
    void isThere() {
        assumeThat(missing).as("what is missing of the engine").isEmpty();
    }

    @AfterAll
    static void stop() throws Exception {
        if (service != null) {
            service.close();
        }
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void listsStreamsLoadsAndUnloads() {
        ModelServiceGrpc.ModelServiceBlockingStub models = ModelServiceGrpc.newBlockingStub(service.channel());

        List<Model> listed = InferenceServiceGrpc.newBlockingStub(service.channel())
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList();
        ServedAnswer answer = ServedAnswer.read(
                service.channel(), ServedAnswer.askTaught().setModel("starter").build());
        Model unloaded = models.unloadModel(
                        UnloadModelRequest.newBuilder().setModel("starter").build())
                .getModel();
        models.loadModel(LoadModelRequest.newBuilder().setModel("starter").build())
                .forEachRemaining(phase -> {});
        Model loaded = models.getModel(dev.millrace.schema.inference.v1.GetModelRequest.newBuilder()
                        .setModel("starter")
                        .build())
                .getModel();

        assertThat(listed.getFirst().getId()).isEqualTo("starter");
        assertThat(listed.getFirst().getContextLength()).isEqualTo(512);
        assertThat(answer.frames().getFirst().getProgress().hasLoading()).isTrue();
        assertThat(answer.text()).isEqualTo(ServedAnswer.TAUGHT);
        assertThat(answer.completed().getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(answer.completed().getUsage().getOutputTokens()).isBetween(20L, 63L);
        assertThat(unloaded.getState()).isEqualTo(ModelState.MODEL_STATE_COLD);
        assertThat(loaded.getState()).isEqualTo(ModelState.MODEL_STATE_LOADED);
    }

    @Test
    void neverCutsALongPromptSilently() {
        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ServedAnswer.read(
                        service.channel(),
                        ServedAnswer.ask("word ".repeat(2_000))
                                .setModel("starter")
                                .build()));

        assertThat(Fault.of(refusal).reason()).isEqualTo("CONTEXT_TOO_LONG");
    }

    @Test
    void saysWhatIsWrongWithAModelThatCannotEmbed() {
        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> InferenceServiceGrpc.newBlockingStub(service.channel())
                        .createEmbeddings(CreateEmbeddingsRequest.newBuilder()
                                .setModel("starter")
                                .addInputs("a mill")
                                .build()));

        assertThat(Fault.of(refusal).reason()).isIn("CAPABILITY_UNSUPPORTED", "ENGINE_FAILED");
    }
}
