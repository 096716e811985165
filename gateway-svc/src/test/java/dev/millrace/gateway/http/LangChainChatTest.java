package dev.millrace.gateway.http;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** LangChain4j's own tests of what every chat model must do, on our door. */
class LangChainChatTest extends AbstractChatModelIT {
    private final Door door = Door.open();
    private final LangChainModels models = new LangChainModels(door);

    LangChainChatTest() {
        door.turns().play(new WellRead());
    }

    @AfterAll
    void close() {
        door.close();
    }

    @Override
    protected List<ChatModel> models() {
        return List.of(models.whole(DefaultChatRequestParameters.EMPTY));
    }

    @Override
    protected ChatModel createModelWith(ChatRequestParameters parameters) {
        return models.whole(parameters);
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
    protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(ChatModel model) {
        return OpenAiChatResponseMetadata.class;
    }

    @Override
    protected Class<? extends TokenUsage> tokenUsageType(ChatModel model) {
        return OpenAiTokenUsage.class;
    }
}
