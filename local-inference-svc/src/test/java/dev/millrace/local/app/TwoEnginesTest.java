package dev.millrace.local.app;

import dev.millrace.local.servers.ScriptedServer;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Two servers with the same model, which are asked for their models at the start and not again. */
class TwoEnginesTest {
    private static final String MODELS = "{\"data\":[{\"id\":\"twin\"}]}";
    private static final String ANSWER = """
            data: {"choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":null}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: [DONE]

            """;
    private static final String CUT = """
            data: {"choices":[{"index":0,"delta":{"content":"hel"},"finish_reason":null}]}

            """;
    private static final StreamCompletionRequest ASK =
            ServedAnswer.ask("Hello!").setModel("twin").build();

    @TempDir
    Path home;

    @Test
    void theSecondAnswersAtOnceWhereTheFirstIsGone() throws Exception {
        ScriptedServer first = twin(200, ANSWER);
        try (ScriptedServer second = twin(200, ANSWER);
                RunningEngines engines = start(first, second)) {
            first.close();

            assertThat(ServedAnswer.read(engines.channel(), ASK).text()).isEqualTo("hello");
        }
    }

    @Test
    void theSecondAnswersWhereTheFirstIsBusyOrFails() throws Exception {
        for (int status : new int[] {503, 500}) {
            try (ScriptedServer first = twin(status, "{\"error\":{\"message\":\"no\"}}");
                    ScriptedServer second = twin(200, ANSWER);
                    RunningEngines engines = start(first, second)) {

                assertThat(ServedAnswer.read(engines.channel(), ASK).text()).isEqualTo("hello");
                assertThat(first.lastBody()).contains("twin");
            }
        }
    }

    @Test
    void whatWasBegunIsNotRepeatedElsewhere() throws Exception {
        try (ScriptedServer first = twin(200, CUT);
                ScriptedServer second = twin(200, ANSWER);
                RunningEngines engines = start(first, second)) {

            assertThat(failure(engines).reason()).isEqualTo("STREAM_INTERRUPTED");
        }
    }

    @Test
    void aRequestThatTheFirstRejectsIsNotRepeated() throws Exception {
        try (ScriptedServer first = twin(400, "{\"error\":{\"message\":\"bad\"}}");
                ScriptedServer second = twin(200, ANSWER);
                RunningEngines engines = start(first, second)) {

            assertThat(failure(engines).reason()).isEqualTo("REQUEST_REJECTED");
        }
    }

    @Test
    void whereBothRefuseTheLastOneSaysWhy() throws Exception {
        ScriptedServer first = twin(200, ANSWER);
        ScriptedServer second = twin(200, ANSWER);
        try (RunningEngines engines = start(first, second)) {
            first.close();
            second.close();

            Fault fault = failure(engines);

            assertThat(fault.reason()).isEqualTo("BACKEND_UNREACHABLE");
            assertThat(fault.message()).contains("does not answer");
        }
    }

    @Test
    void anEngineThatWasNeverReachedIsNamedBesideTheModelsOfTheOthers() throws Exception {
        try (ScriptedServer second = twin(200, ANSWER);
                RunningEngines engines =
                        RunningEngines.start(home, settings("openai=http://127.0.0.1:9,openai=" + second.base()))) {

            ListModelsResponse list = InferenceServiceGrpc.newBlockingStub(engines.channel())
                    .listModels(ListModelsRequest.getDefaultInstance());

            assertThat(list.getModelsList()).extracting(Model::getId).contains("twin");
            assertThat(list.getUnreachedEnginesList()).singleElement().satisfies(engine -> {
                assertThat(engine.getEngine()).isEqualTo("openai");
                assertThat(engine.getAddress()).isEqualTo("http://127.0.0.1:9");
                assertThat(engine.getDetail()).contains("connection refused", "start the engine");
            });
            assertThat(engines.service().healthLine())
                    .contains("openai http://127.0.0.1:9: UNAVAILABLE: ", "connection refused", "start the engine")
                    .contains("openai " + second.base() + ": 1 model, ");
        }
    }

    @Test
    void anEngineWithoutModelsIsNotCalledUnavailable() throws Exception {
        try (ScriptedServer empty =
                        new ScriptedServer().on("/props", 404, "{}").on("/v1/models", 200, "{\"data\":[]}");
                RunningEngines engines = RunningEngines.start(home, settings("openai=" + empty.base()))) {

            assertThat(engines.service().healthLine())
                    .isEqualTo(
                            "openai " + empty.base() + ": it answers and has no model that could be used: give it one");
        }
    }

    @Test
    void anEngineThatWentAwaySaysWhyInTheLine() throws Exception {
        ScriptedServer first = twin(200, ANSWER);
        try (RunningEngines engines = RunningEngines.start(home, settings("openai=" + first.base()))) {
            first.close();
            failure(engines);

            assertThat(engines.service().healthLine())
                    .contains("openai " + first.base() + ": UNAVAILABLE: ", "does not answer");
        }
    }

    private static ScriptedServer twin(int status, String answer) throws Exception {
        return new ScriptedServer()
                .on("/props", 404, "{}")
                .on("/v1/models", 200, MODELS)
                .on("/v1/chat/completions", status, answer);
    }

    private RunningEngines start(ScriptedServer first, ScriptedServer second) {
        return RunningEngines.start(home, settings("openai=" + first.base() + ",openai=" + second.base()));
    }

    private static Map<String, String> settings(String engines) {
        return Map.of(
                "local-inference.engine", engines,
                "local-inference.embedded.enabled", "false",
                "local-inference.watch-every", "1h");
    }

    private static Fault failure(RunningEngines engines) {
        return Fault.of(
                catchThrowableOfType(StatusRuntimeException.class, () -> ServedAnswer.read(engines.channel(), ASK)));
    }
}
