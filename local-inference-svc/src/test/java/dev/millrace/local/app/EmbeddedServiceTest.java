package dev.millrace.local.app;

import dev.millrace.rpc.Channels;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.Uuid7;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService.Running;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.GetModelRequest;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.LoadModelRequest;
import dev.millrace.schema.inference.v1.LoadModelResponse;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelServiceGrpc;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import dev.millrace.schema.inference.v1.UnloadModelRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The whole service as it is shipped, with the starter model, over TCP and in process. */
class EmbeddedServiceTest {
    @TempDir
    static Path home;

    private static final String IN_PROCESS = "inprocess:///local-test-" + Uuid7.mint();

    private static Running service;
    private static ManagedChannel tcp;
    private static ManagedChannel inProcess;

    @BeforeAll
    static void start() {
        ServiceSettings settings = ServiceSettings.of(new Home(home))
                .with("local-inference.grpc.listen", "tcp://127.0.0.1:0," + IN_PROCESS);
        service = new LocalInferenceApplication().start(settings);
        tcp = Channels.open(service.addresses().getFirst().toString());
        inProcess = Channels.open(IN_PROCESS);
    }

    @AfterAll
    static void stop() {
        tcp.shutdownNow();
        inProcess.shutdownNow();
        service.close();
    }

    @Test
    void streamsAnAnswerOverBothTransports() {
        for (ManagedChannel channel : List.of(tcp, inProcess)) {
            ServedAnswer answer =
                    ServedAnswer.read(channel, ServedAnswer.askTaught().build());

            assertThat(answer.text()).isEqualTo(ServedAnswer.TAUGHT);
            assertThat(answer.frames().getFirst().getStarted().getEngine()).isEqualTo("embedded");
            assertThat(answer.frames().getFirst().getStarted().getInputTokens()).isBetween(8L, 40L);
            assertThat(answer.frames().get(1).hasDelta()).isTrue();
            assertThat(answer.completed().getChoiceEnds(0).getFinishReason())
                    .isEqualTo(FinishReason.FINISH_REASON_STOP);
            assertThat(answer.completed().getUsage().getProvenance())
                    .isEqualTo(UsageProvenance.USAGE_PROVENANCE_COUNTED);
            assertThat(answer.completed().getUsage().getOutputTokens())
                    .isBetween(
                            (long) answer.deltas().size(),
                            (long) answer.deltas().size() + 1);
        }
    }

    @Test
    void stopsAtTheCallersLimit() {
        ServedAnswer answer = ServedAnswer.read(
                tcp,
                ServedAnswer.ask("Tell me a story.")
                        .setSampling(SamplingParameters.newBuilder().setMaxOutputTokens(3))
                        .build());

        assertThat(answer.completed().getUsage().getOutputTokens()).isEqualTo(3);
        assertThat(answer.completed().getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(answer.completed().getChoiceEnds(0).getLengthCause())
                .isEqualTo(LengthCause.LENGTH_CAUSE_MAX_OUTPUT_TOKENS);
    }

    @Test
    void saysWhenTheBudgetCutTheAnswer() {
        ServedAnswer answer = ServedAnswer.read(
                tcp, ServedAnswer.ask("Tell me a story.").setOutputTokenLimit(2).build());

        assertThat(answer.completed().getChoiceEnds(0).getLengthCause()).isEqualTo(LengthCause.LENGTH_CAUSE_BUDGET);
    }

    @Test
    void saysWhenTheWindowCutTheAnswer() {
        long ofOneWord = promptTokens("word ");
        long ofAWord = (promptTokens("word ".repeat(11)) - ofOneWord) / 10;
        String nearlyFull = "word ".repeat((int) (1 + (508 - ofOneWord) / ofAWord));

        ServedAnswer answer = IntStream.range(0, 50)
                .mapToObj(seed -> ServedAnswer.read(
                        tcp,
                        ServedAnswer.ask(nearlyFull)
                                .setSampling(SamplingParameters.newBuilder()
                                        .setTemperature(1.8)
                                        .setSeed(seed))
                                .build()))
                .filter(each ->
                        each.completed().getChoiceEnds(0).getFinishReason() == FinishReason.FINISH_REASON_LENGTH)
                .findFirst()
                .orElseThrow();

        assertThat(answer.completed().getChoiceEnds(0).getLengthCause())
                .isEqualTo(LengthCause.LENGTH_CAUSE_CONTEXT_WINDOW);
        assertThat(answer.completed().getUsage().getInputTokens()
                        + answer.completed().getUsage().getOutputTokens())
                .isEqualTo(512);
    }

    private static long promptTokens(String text) {
        return ServedAnswer.read(
                        tcp, ServedAnswer.ask(text).setOutputTokenLimit(1).build())
                .completed()
                .getUsage()
                .getInputTokens();
    }

    @Test
    void refusesAPromptOverTheWindowBeforeAnythingElse() {
        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ServedAnswer.read(
                        tcp, ServedAnswer.ask("word ".repeat(2_000)).build()));

        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Fault.of(refusal).reason()).isEqualTo("CONTEXT_TOO_LONG");
        assertThat(Fault.of(refusal).domain()).isEqualTo("local-inference.millrace.dev");
        assertThat(Fault.of(refusal).metadata())
                .containsEntry("context_length", "512")
                .containsKey("input_tokens");
    }

    @Test
    void stopsBeforeAStopText() {
        ServedAnswer whole =
                ServedAnswer.read(tcp, ServedAnswer.ask("Tell me a story.").build());
        String stop = whole.text().substring(10, 16);

        ServedAnswer cut = ServedAnswer.read(
                tcp,
                ServedAnswer.ask("Tell me a story.")
                        .setSampling(SamplingParameters.newBuilder().addStop(stop))
                        .build());

        assertThat(cut.text()).isEqualTo(whole.text().substring(0, whole.text().indexOf(stop)));
        assertThat(cut.completed().getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
    }

    @Test
    void listsTheStarterModelWithItsWindow() {
        List<Model> models = InferenceServiceGrpc.newBlockingStub(tcp)
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList();

        assertThat(models).anySatisfy(model -> {
            assertThat(model.getId()).isEqualTo("millrace-starter");
            assertThat(model.getContextLength()).isEqualTo(512);
            assertThat(model.getState()).isEqualTo(ModelState.MODEL_STATE_LOADED);
            assertThat(model.getMemoryBytes()).isGreaterThan(1_000_000);
            assertThat(model.getCapabilities().getTools()).isFalse();
        });
    }

    @Test
    void unloadsAndLoadsAgain() {
        ModelServiceGrpc.ModelServiceBlockingStub models = ModelServiceGrpc.newBlockingStub(tcp);

        Model unloaded = models.unloadModel(UnloadModelRequest.newBuilder()
                        .setModel("millrace-starter")
                        .build())
                .getModel();
        List<LoadModelResponse> phases = new ArrayList<>();
        models.loadModel(LoadModelRequest.newBuilder()
                        .setModel("millrace-starter")
                        .build())
                .forEachRemaining(phases::add);

        assertThat(unloaded.getState()).isEqualTo(ModelState.MODEL_STATE_COLD);
        assertThat(phases)
                .extracting(LoadModelResponse::getPhase)
                .containsExactly(LoadModelResponse.Phase.PHASE_LOADING, LoadModelResponse.Phase.PHASE_READY);
        assertThat(models.getModel(GetModelRequest.newBuilder()
                                .setModel("millrace-starter")
                                .build())
                        .getModel()
                        .getState())
                .isEqualTo(ModelState.MODEL_STATE_LOADED);
    }

    @Test
    void loadsAColdModelForTheCallThatNeedsIt() {
        ModelServiceGrpc.newBlockingStub(tcp)
                .unloadModel(UnloadModelRequest.newBuilder()
                        .setModel("millrace-starter")
                        .build());

        ServedAnswer answer = ServedAnswer.read(tcp, ServedAnswer.ask("Hello!").build());

        assertThat(answer.frames().getFirst().getProgress().hasLoading()).isTrue();
        assertThat(answer.frames().stream().filter(StreamCompletionResponse::hasStarted))
                .hasSize(1);
        assertThat(answer.text()).isNotBlank();
    }

    @Test
    void refusesWhatTheModelCannotDo() {
        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ServedAnswer.read(
                        tcp,
                        ServedAnswer.ask("Hello!")
                                .setSampling(SamplingParameters.newBuilder().setChoiceCount(2))
                                .build()));

        assertThat(Fault.of(refusal).reason()).isEqualTo("CAPABILITY_UNSUPPORTED");
        assertThat(Fault.of(refusal).metadata()).containsEntry("capability", "multiple_choices");
    }

    @Test
    void saysThatAnUnknownModelIsElsewhere() {
        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ServedAnswer.read(
                        tcp, ServedAnswer.ask("Hello!").setModel("no-such").build()));

        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(Fault.of(refusal).reason()).isEqualTo("MODEL_NOT_HERE");
    }

    @Test
    void tellsItsHealthInALine() {
        assertThat(service.healthLine()).startsWith("embedded llama.cpp: millrace-starter, 4 slots, 4 MB");
        assertThat(service.healthy()).isTrue();
    }
}
