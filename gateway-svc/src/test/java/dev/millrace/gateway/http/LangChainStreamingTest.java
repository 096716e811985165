package dev.millrace.gateway.http;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mockito.InOrder;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.calls;

/** LangChain4j's own tests of what every streaming chat model must do, on our door. */
@Execution(ExecutionMode.CONCURRENT)
class LangChainStreamingTest extends AbstractStreamingChatModelIT {
    /** In how many pieces {@link WellRead} sends the arguments of a call. */
    private static final int FRAGMENTS = 2;

    private final Door door = Door.open();
    private final LangChainModels models = new LangChainModels(door);

    LangChainStreamingTest() {
        door.turns().play(new WellRead());
    }

    @AfterAll
    void close() {
        door.close();
    }

    @Override
    protected List<StreamingChatModel> models() {
        return List.of(models.streamed(DefaultChatRequestParameters.EMPTY));
    }

    @Override
    public StreamingChatModel createModelWith(ChatModelListener listener) {
        return models.streamed(DefaultChatRequestParameters.EMPTY, listener);
    }

    @Override
    protected StreamingChatModel createModelWith(ChatRequestParameters parameters) {
        return models.streamed(parameters);
    }

    @Override
    protected String customModelName() {
        return LangChainModels.OTHER;
    }

    @Override
    protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
        return LangChainModels.limited(maxOutputTokens);
    }

    @Override
    protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(StreamingChatModel model) {
        return OpenAiChatResponseMetadata.class;
    }

    @Override
    protected Class<? extends TokenUsage> tokenUsageType(StreamingChatModel model) {
        return OpenAiTokenUsage.class;
    }

    @Override
    protected void verifyToolCallbacks(StreamingChatResponseHandler handler, InOrder io, String id) {
        verifyCall(handler, io, 0, id, "getWeather", "{\"city\":\"Munich\"}");
    }

    @Override
    protected void verifyToolCallbacks(StreamingChatResponseHandler handler, InOrder io, String id1, String id2) {
        verifyCall(handler, io, 0, id1, "getWeather", "{\"city\":\"Munich\"}");
        verifyCall(handler, io, 1, id2, "getTime", "{\"country\":\"France\"}");
    }

    private static void verifyCall(
            StreamingChatResponseHandler handler, InOrder io, int index, String id, String name, String arguments) {
        io.verify(handler, calls(FRAGMENTS)).onPartialToolCall(any(), any());
        io.verify(handler).onCompleteToolCall(complete(index, id, name, arguments));
    }
}
