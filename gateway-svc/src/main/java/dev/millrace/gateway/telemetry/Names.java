package dev.millrace.gateway.telemetry;

import io.opentelemetry.api.common.AttributeKey;

/** The names of what is told, after OpenTelemetry's conventions for generative AI where they have one. */
final class Names {
    static final String OPERATION = "gen_ai.operation.name";
    static final String PROVIDER = "gen_ai.provider.name";
    static final String REQUEST_MODEL = "gen_ai.request.model";
    static final String RESPONSE_MODEL = "gen_ai.response.model";
    static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";
    static final String OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
    static final String TARGET = "millrace.target";
    static final String TIER = "millrace.tier";
    static final String REASON = "millrace.route.reason";
    static final String TURN = "millrace.turn";
    static final String OUTCOME = "millrace.outcome";
    static final String CHAT = "chat";
    static final String EMBEDDINGS = "embeddings";
    static final String COMPLETED = "completed";
    static final String NONE = "none";

    private Names() {}

    static AttributeKey<String> key(String name) {
        return AttributeKey.stringKey(name);
    }
}
