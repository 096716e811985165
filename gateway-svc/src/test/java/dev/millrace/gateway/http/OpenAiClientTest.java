package dev.millrace.gateway.http;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.schema.completion.v1.FinishReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What OpenAI's own Java client, told to check every answer, makes of the door. */
class OpenAiClientTest {
    private static Door door = Door.CLOSED;

    @BeforeAll
    static void open() {
        door = Door.open();
    }

    @AfterAll
    static void close() {
        door.close();
    }

    private static OpenAIClient client() {
        return OpenAIOkHttpClient.builder()
                .baseUrl(door.url("/v1"))
                .apiKey("none")
                .responseValidation(true)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder ask() {
        return ChatCompletionCreateParams.builder().model("auto").addUserMessage("What are your opening hours?");
    }

    @Test
    void readsAWholeAnswer() {
        door.turns().play(Events.answer("We are ", "open."));

        ChatCompletion answer = client().chat().completions().create(ask().build());

        assertThat(answer.choices().getFirst().message().content()).hasValue("We are open.");
        assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(9);
        assertThat(answer._additionalProperties()).containsKey("millrace");
    }

    @Test
    void accumulatesAStream() {
        door.turns().play(Events.answer("We are ", "open."));

        ChatCompletion answer = accumulate();

        assertThat(answer.choices().getFirst().message().content()).hasValue("We are open.");
        assertThat(answer.choices().getFirst().finishReason().toString()).isEqualTo("stop");
        assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(7);
    }

    @Test
    void accumulatesToolCalls() {
        door.turns()
                .play(List.of(
                        Events.decided(),
                        Events.begun(),
                        Events.toolCall(0, "call_1", "weather", "{\"city\""),
                        Events.toolCall(0, "", "", ":\"Bern\"}"),
                        Events.toolCall(1, "call_2", "time", "{}"),
                        Events.finished(FinishReason.FINISH_REASON_TOOL_CALLS)));

        ChatCompletion answer = accumulate();

        assertThat(answer.choices().getFirst().message().toolCalls().orElseThrow())
                .extracting(call -> call.asFunction().function().arguments())
                .containsExactly("{\"city\":\"Bern\"}", "{}");
    }

    private static ChatCompletion accumulate() {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        ChatCompletionCreateParams params = ask().streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> chunks =
                client().chat().completions().createStreaming(params)) {
            chunks.stream().forEach(accumulator::accumulate);
        }
        return accumulator.chatCompletion();
    }

    @Test
    void throwsOnAFaultInTheMiddle() {
        door.turns().play((request, sink) -> {
            sink.take(Events.text("half"));
            throw new TurnFault(Reason.STREAM_INTERRUPTED, "the backend vanished", Map.of());
        });

        assertThatThrownBy(OpenAiClientTest::accumulate).hasMessageContaining("the backend vanished");
    }

    @Test
    void knowsTheFaultsByTheirClasses() {
        refuse(Reason.MODEL_UNKNOWN);
        assertThatThrownBy(OpenAiClientTest::accumulate).isInstanceOf(NotFoundException.class);
        refuse(Reason.BUDGET_EXHAUSTED);
        assertThatThrownBy(OpenAiClientTest::accumulate).isInstanceOf(RateLimitException.class);
        refuse(Reason.LOCAL_ROUTE_REQUIRED);
        assertThatThrownBy(OpenAiClientTest::accumulate)
                .isInstanceOf(PermissionDeniedException.class)
                .hasMessageContaining("refused for this test");
    }

    private static void refuse(Reason reason) {
        door.turns().play((request, sink) -> {
            throw new TurnFault(reason, "refused for this test", Map.of());
        });
    }

    @Test
    void listsModels() {
        assertThat(client().models().list().data())
                .extracting(Model::id)
                .containsExactly("auto", "local", "cloud", "millrace-starter", "org/deepseek-v3.2");
        assertThat(client().models().retrieve("millrace-starter").ownedBy()).isEqualTo("embedded");
    }

    @Test
    void embeds() {
        CreateEmbeddingResponse answer = client().embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("auto")
                        .inputOfArrayOfStrings(List.of("a", "bcd"))
                        .build());

        assertThat(answer.data()).hasSize(2);
        assertThat(answer.data().get(1).embedding()).containsExactly(1f, 3f, -1f);
    }
}
