package dev.millrace.local.app;

import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.testing.InferenceCall;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
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
import static org.awaitility.Awaitility.await;

/** The service in front of llama.cpp's own server, which runs the starter model: real inference over HTTP. */
class LlamaServerTest {
    @TempDir
    static Path home;

    private static Optional<String> missing = Optional.empty();

    @SuppressWarnings("NullAway.Init") // set where the engine is to be had
    private static EngineProcess engine;

    @SuppressWarnings("NullAway.Init") // set where the engine is to be had
    private static RunningEngines service;

    @BeforeAll
    static void start() throws Exception {
        missing = EngineProcess.missing("llama-server", "--install");
        if (missing.isPresent()) {
            return;
        }
        int port = EngineProcess.freePort();
        engine = EngineProcess.start(
                port,
                "/health",
                Map.of(),
                EngineProcess.script("llama-server").toString(),
                "--port",
                Integer.toString(port),
                "--slots",
                "2");
        service = RunningEngines.start(
                home,
                Map.of("local-inference.engine", "openai=" + engine.base(), "local-inference.watch-every", "100ms"));
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
    void isThePrimaryEngineAndTellsItsSlotsAndWindow() {
        List<Model> models = InferenceServiceGrpc.newBlockingStub(service.channel())
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList();

        assertThat(models.getFirst().getEngine()).isEqualTo("openai");
        assertThat(models.getFirst().getContextLength()).isEqualTo(512);
        assertThat(service.service().healthLine()).contains("1 model, 2 slots");
    }

    @Test
    void streamsRealInferenceWithReportedUsage() {
        ServedAnswer answer =
                ServedAnswer.read(service.channel(), ServedAnswer.askTaught().build());

        assertThat(answer.text()).isEqualTo(ServedAnswer.TAUGHT);
        assertThat(answer.completed().getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(answer.frames().getFirst().getStarted().getEngine()).isEqualTo("openai");
        assertThat(answer.completed().getUsage().getOutputTokens()).isBetween(20L, 63L);
        assertThat(answer.completed().getUsage().getInputTokens()).isPositive();
        assertThat(answer.completed().getUsage().getProvenance()).isEqualTo(UsageProvenance.USAGE_PROVENANCE_REPORTED);
    }

    @Test
    void namesTheWindowWhenAPromptIsTooLong() {
        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ServedAnswer.read(
                        service.channel(),
                        ServedAnswer.ask("word ".repeat(2_000)).build()));

        assertThat(Fault.of(refusal).reason()).isEqualTo("CONTEXT_TOO_LONG");
        assertThat(Fault.of(refusal).metadata()).containsEntry("context_length", "512");
    }

    @Test
    void freesTheEnginesSlotSoonAfterACancel() throws Exception {
        var request = ServedAnswer.ask("Tell me a story about a river, a mill and a very old miller.")
                .setExtraParametersJson("{\"ignore_eos\": true}")
                .build();

        try (InferenceCall call = InferenceCall.begin(service.channel(), request, Duration.ofSeconds(20))) {
            call.awaitDeltas(2);
            call.cancel();
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !engine.get("/slots").body().contains("\"is_processing\":true"));
        }
    }
}
