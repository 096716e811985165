package dev.millrace.local.servers.openai;

import dev.millrace.local.servers.Json;
import dev.millrace.local.servers.KeptAnswer;
import dev.millrace.local.servers.ScriptedServer;
import dev.millrace.local.servers.ServerSpec;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What an engine that speaks the OpenAI protocol is given, and what it is not. */
class ChatRequestTest {
    private static final String ANSWER =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":"
                    + "\"stop\"}]}\n\ndata: [DONE]\n\n";

    @Test
    void furtherParametersGoAlongAndWhatTheRequestDecidesIsNamed() throws Exception {
        KeptAnswer answer = new KeptAnswer();
        try (ScriptedServer server = new ScriptedServer()
                        .on(
                                "/v1/chat/completions",
                                Map.of("content-type", "text/event-stream"),
                                out -> out.write(ANSWER.getBytes(UTF_8)));
                OpenAiEngine engine = new OpenAiEngine(new ServerSpec(server.base(), OptionalInt.empty(), 8192, ""))) {
            engine.generate(
                    KeptAnswer.withExtras(
                            "m",
                            "{\"best_of\":4,\"ignore_eos\":true,\"model\":\"dear\",\"n\":9,\"temperature\":1.9,\"max_tokens\":1}"),
                    answer);

            Json body = Json.parse(server.lastBody());
            assertThat(body.get("ignore_eos").isTrue()).isTrue();
            assertThat(body.get("model").text()).isEqualTo("m");
            assertThat(body.get("max_tokens").number()).hasValue(64);
            assertThat(body.members()).doesNotContainKeys("best_of", "n");
            assertThat(server.lastBody()).doesNotContain("mood", "1.9");
        }
        assertThat(answer.dropped)
                .containsExactly("best_of", "model", "n", "temperature", "max_tokens", "messages[0].mood");
    }
}
