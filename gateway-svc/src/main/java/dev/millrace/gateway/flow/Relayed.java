package dev.millrace.gateway.flow;

import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.util.Optional;
import java.util.OptionalLong;

/** Counts what one attempt has given so far: what a cut turn is charged by. */
final class Relayed {

    private OptionalLong inputTokens;
    private long pieces;
    private long outputTokens;

    Relayed(OptionalLong estimatedInputTokens) {
        inputTokens = estimatedInputTokens;
    }

    void begun(Started started) {
        if (started.hasInputTokens()) {
            inputTokens = OptionalLong.of(started.getInputTokens());
        }
    }

    void piece(Delta delta) {
        pieces++;
        outputTokens = delta.hasOutputTokens() ? Math.max(outputTokens, delta.getOutputTokens()) : outputTokens + 1;
    }

    boolean anything() {
        return pieces > 0;
    }

    /** What was given; empty: nothing, and so nothing is charged, the prompt included. */
    Optional<TokenUsage> usage() {
        if (!anything()) {
            return Optional.empty();
        }
        TokenUsage.Builder usage = TokenUsage.newBuilder()
                .setOutputTokens(outputTokens)
                .setProvenance(UsageProvenance.USAGE_PROVENANCE_COUNTED);
        inputTokens.ifPresent(usage::setInputTokens);
        return Optional.of(usage.build());
    }
}
