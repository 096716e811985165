package dev.millrace.local.servers.ollama;

import dev.millrace.local.Ending;
import dev.millrace.local.EngineFault;
import dev.millrace.local.LocalModel;
import dev.millrace.local.LocalModel.State;
import dev.millrace.local.servers.Json;
import dev.millrace.local.servers.KeptAnswer;
import dev.millrace.local.servers.ScriptedServer;
import dev.millrace.local.servers.ServerSpec;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import java.net.URI;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The driver on recorded shapes of Ollama's answers. */
class OllamaEngineTest {
    private static final String TAGS = """
            {"models":[{"name":"small:latest","digest":"a1","size":2000},{"name":"big:70b","digest":"b2","size":9000}]}
            """;
    private static final String PS = """
            {"models":[{"name":"small:latest","size":2500,"size_vram":2500,"context_length":4096}]}
            """;
    private static final String SHOW = """
            {"capabilities":["completion","tools"],"model_info":{"general.architecture":"llama","llama.context_length":131072}}
            """;

    private ScriptedServer server;
    private OllamaEngine engine;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer()
                .on("/api/tags", 200, TAGS)
                .on("/api/ps", 200, PS)
                .on("/api/show", 200, SHOW);
        engine = new OllamaEngine(new ServerSpec(server.base(), OptionalInt.empty(), 8192, ""));
        engine.refresh();
    }

    @AfterEach
    void stop() {
        engine.close();
        server.close();
    }

    @Test
    void listsWhatIsLoadedAndWhatIsNotWithTheWindowThatItAsksFor() {
        assertThat(engine.models())
                .extracting(
                        LocalModel::id,
                        LocalModel::state,
                        model -> model.contextLength().orElse(0))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("small", State.LOADED, 8192L),
                        org.assertj.core.groups.Tuple.tuple("big:70b", State.COLD, 8192L));
        assertThat(engine.models().getFirst().abilities().tools()).isTrue();
        assertThat(engine.models().getFirst().abilities().images()).isFalse();
    }

    @Test
    void asksForTheWindowAndForbidsCutting() throws Exception {
        server.on("/api/chat", 200, "{\"message\":{\"content\":\"hi\"}}\n{\"done\":true,\"done_reason\":\"stop\"}\n");

        engine.generate(KeptAnswer.hello("small"), new KeptAnswer());

        Json body = Json.parse(server.lastBody());
        assertThat(body.get("options").get("num_ctx").number()).hasValue(8192);
        assertThat(body.get("options").get("num_predict").number()).hasValue(64);
        assertThat(body.get("options").get("seed").number()).hasValue(7);
        assertThat(body.get("truncate").value()).isEqualTo(false);
    }

    @Test
    void namesWhatOllamaIsNotGiven() throws Exception {
        server.on("/api/chat", 200, "{\"message\":{\"content\":\"hi\"}}\n{\"done\":true,\"done_reason\":\"stop\"}\n");
        KeptAnswer answer = new KeptAnswer();

        engine.generate(KeptAnswer.withExtras("small", "{\"logit_bias\":{}}"), answer);

        assertThat(answer.dropped).containsExactly("logit_bias", "messages[0].mood");
        assertThat(server.lastBody()).doesNotContain("logit_bias", "mood");
    }

    @Test
    void readsThoughtsTextToolCallsAndCounts() throws Exception {
        server.on("/api/chat", 200, """
                {"message":{"role":"assistant","content":"","thinking":"hm"},"done":false}
                {"message":{"role":"assistant","content":"Guten "},"done":false}
                {"message":{"role":"assistant","content":"Tag","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Köln"}}}]},"done":false}
                {"message":{"role":"assistant","content":""},"done":true,"done_reason":"length","prompt_eval_count":11,"eval_count":5}
                """);
        KeptAnswer answer = new KeptAnswer();

        Ending ending = engine.generate(KeptAnswer.hello("small"), answer);

        assertThat(answer.deltas.get(0).getReasoning()).isEqualTo("hm");
        assertThat(answer.deltas.get(1).getText() + answer.deltas.get(2).getText())
                .isEqualTo("Guten Tag");
        assertThat(answer.deltas.get(3).getToolCall().getArguments()).isEqualTo("{\"city\":\"Köln\"}");
        assertThat(ending.choiceEnds().getFirst().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_TOOL_CALLS);
        assertThat(ending.usage().getInputTokens()).isEqualTo(11);
        assertThat(ending.usage().getOutputTokens()).isEqualTo(5);
    }

    @Test
    void leavesAnAbsentPromptCountUnknownAndNamesTheBudget() throws Exception {
        server.on(
                "/api/chat",
                200,
                "{\"message\":{\"content\":\"hi\"}}\n{\"done\":true,\"done_reason\":\"length\",\"eval_count\":64}\n");

        Ending ending = engine.generate(KeptAnswer.hello("small"), new KeptAnswer());

        assertThat(ending.usage().hasInputTokens()).isFalse();
        assertThat(ending.choiceEnds().getFirst().getLengthCause()).isEqualTo(LengthCause.LENGTH_CAUSE_BUDGET);
    }

    @Test
    void tellsThatAColdModelIsBeingLoaded() throws Exception {
        server.on("/api/chat", 200, "{\"message\":{\"content\":\"hi\"}}\n{\"done\":true,\"done_reason\":\"stop\"}\n");
        KeptAnswer answer = new KeptAnswer();

        engine.generate(KeptAnswer.hello("big:70b"), answer);

        assertThat(answer.loadings).isEqualTo(1);
    }

    @Test
    void takesAnErrorLineInTheMiddleForAFailure() {
        server.on(
                "/api/chat",
                200,
                "{\"message\":{\"content\":\"hi\"}}\n{\"error\":\"llama runner process has terminated\"}\n");

        EngineFault fault = fails();

        assertThat(fault.kind()).isEqualTo(EngineFault.Kind.FAILED);
        assertThat(fault.message()).contains("llama runner process has terminated");
    }

    @Test
    void takesAnAnswerWithoutEndForAFailure() {
        server.on("/api/chat", 200, "{\"message\":{\"content\":\"hi\"}}\n");

        assertThat(fails().kind()).isEqualTo(EngineFault.Kind.FAILED);
    }

    @Test
    void saysHowToFetchAModelThatOllamaLacks() {
        server.on("/api/chat", 404, "{\"error\":\"model 'small' not found\"}");

        EngineFault fault = fails();

        assertThat(fault.kind()).isEqualTo(EngineFault.Kind.MODEL_NOT_HERE);
        assertThat(fault.message()).contains("ollama pull");
    }

    @Test
    void saysWhenTheMemoryIsTooSmall() {
        server.on(
                "/api/chat",
                500,
                "{\"error\":\"model requires more system memory (40.0 GiB) than is available (20.1 GiB)\"}");

        assertThat(fails().kind()).isEqualTo(EngineFault.Kind.MEMORY_INSUFFICIENT);
    }

    @Test
    void refusesALineThatNeverEnds() {
        server.on("/api/chat", 200, "{\"message\":{\"content\":\"" + "x".repeat(2 << 20) + "\"}}\n");

        assertThat(fails().message()).contains("a line of more than");
    }

    @Test
    void refusesJsonThatIsTooDeep() {
        server.on("/api/chat", 200, "{\"message\":" + "[".repeat(200) + "]".repeat(200) + "}\n");

        assertThat(fails().kind()).isEqualTo(EngineFault.Kind.FAILED);
    }

    @Test
    void keepsItsModelsListedWithTheReasonWhileNothingAnswers() {
        server.close();

        // The first attempt may still use a connection of the pool and find it closed.
        engine.refresh();
        engine.refresh();

        assertThat(engine.models()).hasSize(2).allSatisfy(model -> {
            assertThat(model.state()).isEqualTo(State.UNAVAILABLE);
            assertThat(model.stateDetail()).contains("connection refused").contains("ollama serve");
        });
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThat(catchThrowableOfType(
                        IllegalArgumentException.class,
                        () -> new ServerSpec(URI.create("ftp://127.0.0.1:11434"), OptionalInt.empty(), 1, "")))
                .hasMessageContaining("expected: http://host:port");
    }

    private EngineFault fails() {
        return catchThrowableOfType(
                EngineFault.class, () -> engine.generate(KeptAnswer.hello("small"), new KeptAnswer()));
    }
}
