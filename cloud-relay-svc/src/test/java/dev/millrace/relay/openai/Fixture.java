package dev.millrace.relay.openai;

import dev.millrace.relay.ApiKey;
import dev.millrace.relay.AttemptKey;
import dev.millrace.relay.AuthStyle;
import dev.millrace.relay.Capabilities;
import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.Provider;
import dev.millrace.relay.Provider.Dialect;
import dev.millrace.relay.Provider.Patience;
import dev.millrace.relay.ProviderModel;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A provider and calls as tests need them. */
final class Fixture {
    private Fixture() {}

    static ProviderModel model(Dialect dialect) {
        Duration span = Duration.ofSeconds(1);
        Provider provider = new Provider(
                "acme",
                URI.create("https://api.acme.example/v1"),
                AuthStyle.BEARER,
                "",
                ApiKey.of("sk-canary-123"),
                Optional.empty(),
                dialect,
                new Patience(span, span, span, span));
        return new ProviderModel(
                "gpt-4.1",
                "gpt-4.1",
                List.of(),
                provider,
                OptionalLong.of(1_000),
                OptionalLong.empty(),
                Capabilities.CHAT,
                Optional.empty());
    }

    static ProviderModel model() {
        return model(new Dialect(Set.of(), true, "max_tokens", false));
    }

    static CompletionCall call(StreamCompletionRequest request) {
        return new CompletionCall(
                new AttemptKey("turn", "tenant", "turn/1"),
                request.getMessagesList(),
                request.getSampling(),
                request.getToolsList(),
                request.getToolChoice(),
                request.getResponseFormat(),
                request.getExtraParametersJson(),
                request.getEndUser(),
                request.hasOutputTokenLimit() ? OptionalLong.of(request.getOutputTokenLimit()) : OptionalLong.empty(),
                OptionalLong.empty(),
                false,
                Optional.empty());
    }
}
