package dev.millrace.gateway.openai;

import dev.millrace.gateway.TurnResult;
import dev.millrace.schema.completion.v1.TokenUsage;
import java.math.BigDecimal;

/** Writes what an answer used and what it cost. */
final class UsageOut {
    private static final int NANO_DIGITS = 9;

    private UsageOut() {}

    /** The key {@code usage}; a count that nobody knows is 0, because clients demand a number. */
    static void usage(JsonOut out, TokenUsage usage) {
        out.key("usage").object();
        out.field("prompt_tokens", usage.getInputTokens());
        out.field("completion_tokens", usage.getOutputTokens());
        out.field("total_tokens", usage.getInputTokens() + usage.getOutputTokens());
        out.key("prompt_tokens_details").object();
        out.field("cached_tokens", usage.getCachedInputTokens()).endObject();
        out.key("completion_tokens_details").object();
        out.field("reasoning_tokens", usage.getReasoningTokens()).endObject();
        out.endObject();
    }

    /** The key {@code millrace}: route and cost, amounts as decimal text because they are exact. */
    static void millrace(JsonOut out, String turnId, TurnResult result) {
        out.key("millrace").object().field("turn_id", turnId);
        out.field("route", result.route().target().label());
        out.field("engine", result.route().engine())
                .field("model", result.route().model());
        if (!result.route().reasons().isEmpty()) {
            out.field("reason", result.route().reasons().getFirst().text());
        }
        result.cost().ifPresent(cost -> {
            out.field("cost_usd", usd(cost.chargedNanoUsd()));
            out.field("saved_usd", usd(cost.savedNanoUsd()));
            out.field("saved_against", cost.referenceModel());
        });
        out.field("attempts", result.attempts().size());
        result.timings().firstToken().ifPresent(span -> out.field("first_token_ms", span.toMillis()));
        out.field("total_ms", result.timings().total().toMillis());
        out.endObject();
    }

    static String usd(long nanoUsd) {
        BigDecimal amount = BigDecimal.valueOf(nanoUsd, NANO_DIGITS);
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
