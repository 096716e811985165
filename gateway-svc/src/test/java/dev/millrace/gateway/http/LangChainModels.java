package dev.millrace.gateway.http;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.time.Duration;
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
                .httpClientBuilder(new OwnThreads())
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

    /**
     * LangChain4j's client takes an answer that has begun before it looked for it on the thread that asked, where its own tests
     * forbid that: a door that answers at once makes them fail now and then. So streams are asked for on threads of their own.
     */
    private static final class OwnThreads implements HttpClientBuilder {
        private final JdkHttpClientBuilder usual = new JdkHttpClientBuilder();

        @Override
        public Duration connectTimeout() {
            return usual.connectTimeout();
        }

        @Override
        public HttpClientBuilder connectTimeout(Duration timeout) {
            usual.connectTimeout(timeout);
            return this;
        }

        @Override
        public Duration readTimeout() {
            return usual.readTimeout();
        }

        @Override
        public HttpClientBuilder readTimeout(Duration timeout) {
            usual.readTimeout(timeout);
            return this;
        }

        @Override
        public HttpClient build() {
            HttpClient client = usual.build();
            return new HttpClient() {
                @Override
                public SuccessfulHttpResponse execute(HttpRequest request) {
                    return client.execute(request);
                }

                @Override
                public void execute(
                        HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
                    Thread.ofVirtual().start(() -> client.execute(request, parser, listener));
                }
            };
        }
    }
}
