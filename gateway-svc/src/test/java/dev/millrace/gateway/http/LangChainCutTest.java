package dev.millrace.gateway.http;

import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** LangChain4j takes a stream that just ends for a whole answer, so that a cut must be told in a way that it hears. */
class LangChainCutTest {
    private static Door door = Door.CLOSED;

    @BeforeAll
    static void open() {
        door = Door.open();
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void aCutStreamIsAnError() {
        door.turns().play((request, sink) -> {
            sink.take(Events.text("half"));
            throw new TurnFault(Reason.STREAM_INTERRUPTED, "the backend vanished", Map.of());
        });

        assertThatThrownBy(LangChainCutTest::stream)
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("the backend vanished");
    }

    @Test
    void aFaultBeforeTheFirstTokenIsAnError() {
        door.turns().play((request, sink) -> {
            throw new TurnFault(Reason.NO_BACKEND_ANSWERED, "nobody is there", Map.of());
        });

        assertThatThrownBy(LangChainCutTest::stream)
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("nobody is there");
    }

    private static ChatResponse stream() throws Exception {
        CompletableFuture<ChatResponse> end = new CompletableFuture<>();
        new LangChainModels(door)
                .streamed(DefaultChatRequestParameters.EMPTY)
                .chat("What are your opening hours?", new StreamingChatResponseHandler() {
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
                });
        return end.get(30, TimeUnit.SECONDS);
    }
}
