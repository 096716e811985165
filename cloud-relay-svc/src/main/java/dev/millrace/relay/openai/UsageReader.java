package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** Reads a provider's count of tokens; an absent or senseless count stays absent, an explicit 0 stays 0. */
final class UsageReader {
    /** Billing takes no more: a turn with a larger count would never be settled. */
    private static final long TOKENS_MAX = 100_000_000L;

    private UsageReader() {}

    /** The usage object at the parser; empty for null and for an object without counts. */
    static Optional<TokenUsage> read(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return Optional.empty();
        }
        TokenUsage.Builder usage = TokenUsage.newBuilder();
        Json.object(parser, name -> {
            switch (name) {
                case "prompt_tokens" -> set(parser, usage::setInputTokens);
                case "completion_tokens" -> set(parser, usage::setOutputTokens);
                case "prompt_cache_hit_tokens" -> set(parser, usage::setCachedInputTokens);
                case "prompt_tokens_details" -> detail(parser, "cached_tokens", usage::setCachedInputTokens);
                case "completion_tokens_details" -> detail(parser, "reasoning_tokens", usage::setReasoningTokens);
                default -> parser.skipChildren();
            }
        });
        if (!usage.hasInputTokens() && !usage.hasOutputTokens()) {
            return Optional.empty();
        }
        return Optional.of(
                usage.setProvenance(UsageProvenance.USAGE_PROVENANCE_REPORTED).build());
    }

    private static void detail(JsonParser parser, String wanted, LongConsumer setter) throws IOException {
        Json.object(parser, name -> {
            if (name.equals(wanted)) {
                set(parser, setter);
            }
        });
    }

    private static void set(JsonParser parser, LongConsumer setter) throws IOException {
        count(parser).ifPresent(setter);
    }

    private static OptionalLong count(JsonParser parser) throws IOException {
        if (parser.currentToken() == null || !parser.currentToken().isNumeric()) {
            parser.skipChildren();
            return OptionalLong.empty();
        }
        double value = parser.getDoubleValue();
        return value >= 0 && value <= TOKENS_MAX ? OptionalLong.of((long) value) : OptionalLong.empty();
    }
}
