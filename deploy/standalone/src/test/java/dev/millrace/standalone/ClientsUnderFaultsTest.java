package dev.millrace.standalone;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.millrace.testing.FakeCloud;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What clients that others wrote make of a cloud's faults behind all services: every cut is an error for each, however it asks,
 * and a whole answer is whole. (Those for Python and Node: {@code deploy/e2e/clients}.)
 */
@Execution(ExecutionMode.CONCURRENT)
final class ClientsUnderFaultsTest {
    /** A fault after which nothing is missing. */
    private static final List<String> WHOLE = List.of("words-8@cloud", "no-done@cloud", "no-end@cloud");

    private static final List<String> CUT = List.of(
            "resets-after-3@cloud",
            "dies-after-3@cloud",
            "no-finish-3@cloud",
            "stalls-after-3@cloud",
            "error-after-3@cloud",
            "invalid-json-after-3@cloud",
            "huge-line-2000000@cloud");
    private static final String QUESTION = "What are your opening hours?";

    @TempDir
    static Path home;

    @SuppressWarnings("NullAway.Init") // opened before any test
    private static WatchedHouse house;

    @BeforeAll
    static void open() {
        List<String> models = Stream.concat(WHOLE.stream(), CUT.stream()).toList();
        house = new WatchedHouse(home, models);
        models.forEach(house::price);
    }

    @AfterAll
    static void close() {
        house.close();
    }

    static Stream<Arguments> cuts() {
        return CUT.stream().flatMap(model -> Stream.of(Way.values()).map(way -> Arguments.of(way, model)));
    }

    static Stream<Arguments> wholeAnswers() {
        return WHOLE.stream().flatMap(model -> Stream.of(Way.values()).map(way -> Arguments.of(way, model)));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void aCutIsAnErrorThatNamesWhatHappened(Way way, String model) {
        assertThatThrownBy(() -> way.ask(model)).hasMessageContaining(model.split("@", 2)[0]);
        assertThat(house.cloud.attempts(model)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("wholeAnswers")
    void aWholeAnswerIsWhole(Way way, String model) throws Exception {
        assertThat(way.ask(model)).isEqualTo(FakeCloud.text(8));
    }

    /** A client, and how it asks; its answer is all text that it gives without an error. */
    enum Way {
        OPENAI_STREAMED_BY_HAND {
            @Override
            String ask(String model) {
                StringBuilder text = new StringBuilder();
                try (StreamResponse<ChatCompletionChunk> chunks =
                        openAi().chat().completions().createStreaming(question(model))) {
                    chunks.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .forEach(choice -> choice.delta().content().ifPresent(text::append));
                }
                return text.toString();
            }
        },
        OPENAI_ACCUMULATED {
            @Override
            String ask(String model) {
                ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
                try (StreamResponse<ChatCompletionChunk> chunks =
                        openAi().chat().completions().createStreaming(question(model))) {
                    chunks.stream().forEach(accumulator::accumulate);
                }
                return text(accumulator.chatCompletion());
            }
        },
        OPENAI_WHOLE {
            @Override
            String ask(String model) {
                return text(openAi().chat().completions().create(question(model)));
            }
        },
        LANGCHAIN_STREAMED {
            @Override
            String ask(String model) throws Exception {
                CompletableFuture<ChatResponse> end = new CompletableFuture<>();
                OpenAiStreamingChatModel.builder()
                        .baseUrl(house.http() + "/v1")
                        .apiKey("none")
                        .modelName(model)
                        .build()
                        .chat(QUESTION, new Ending(end));
                return end.get(60, TimeUnit.SECONDS).aiMessage().text();
            }
        },
        LANGCHAIN_WHOLE {
            @Override
            String ask(String model) {
                return OpenAiChatModel.builder()
                        .baseUrl(house.http() + "/v1")
                        .apiKey("none")
                        .maxRetries(0)
                        .modelName(model)
                        .build()
                        .chat(QUESTION);
            }
        };

        abstract String ask(String model) throws Exception;

        private static OpenAIClient openAi() {
            return OpenAIOkHttpClient.builder()
                    .baseUrl(house.http() + "/v1")
                    .apiKey("none")
                    .responseValidation(true)
                    .maxRetries(0)
                    .build();
        }

        private static ChatCompletionCreateParams question(String model) {
            return ChatCompletionCreateParams.builder()
                    .model(model)
                    .addUserMessage(QUESTION)
                    .build();
        }

        private static String text(ChatCompletion answer) {
            return answer.choices().getFirst().message().content().orElse("");
        }
    }

    /** Keeps how a stream ended. */
    private record Ending(CompletableFuture<ChatResponse> end) implements StreamingChatResponseHandler {

        @Override
        public void onPartialResponse(String partial) {
            // Only the end is looked at.
        }

        @Override
        public void onCompleteResponse(ChatResponse whole) {
            end.complete(whole);
        }

        @Override
        public void onError(Throwable error) {
            end.completeExceptionally(error);
        }
    }
}
