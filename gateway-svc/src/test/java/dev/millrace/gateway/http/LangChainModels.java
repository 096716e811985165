package dev.millrace.gateway.http;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.List;
import java.util.Optional;

/** LangChain4j's OpenAI models, pointed at a door. */
final class LangChainModels {
    static final String USUAL = "millrace-starter";
    static final String OTHER = "org/deepseek-v3.2";

    private final Door door;

    LangChainModels(Door door) {
        this.door = door;
    }

    OpenAiChatModel whole(ChatRequestParameters parameters) {
        return OpenAiChatModel.builder()
                .baseUrl(door.url("/v1"))
                .apiKey("none")
                .maxRetries(0)
                .modelName(Optional.ofNullable(parameters.modelName()).orElse(USUAL))
                .defaultRequestParameters(parameters)
                .build();
    }

    OpenAiStreamingChatModel streamed(ChatRequestParameters parameters, ChatModelListener... listeners) {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(door.url("/v1"))
                .apiKey("none")
                .modelName(Optional.ofNullable(parameters.modelName()).orElse(USUAL))
                .defaultRequestParameters(parameters)
                .listeners(List.of(listeners))
                .build();
    }

    static ChatRequestParameters limited(int tokens) {
        return OpenAiChatRequestParameters.builder().maxOutputTokens(tokens).build();
    }
}
