package dev.millrace.relay.openai;

import dev.millrace.relay.Acme;
import dev.millrace.relay.AttemptKey;
import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.Provider.Dialect;
import dev.millrace.relay.ProviderModel;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import java.util.Optional;
import java.util.OptionalLong;

/** A provider and calls as tests need them. */
final class Fixture {
    private static final String MODEL = "gpt-4.1";

    private Fixture() {}

    static ProviderModel model(Dialect dialect) {
        return Acme.model(MODEL, dialect);
    }

    static ProviderModel model() {
        return Acme.model(MODEL);
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
