package dev.millrace.billing.grpc;

import dev.millrace.billing.Provenance;
import dev.millrace.billing.Tokens;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.util.OptionalLong;

/** Token counts on the wire: absent is unknown, 0 is zero. */
final class TokensCodec {
    private TokensCodec() {}

    static Tokens fromWire(TokenUsage usage) {
        return new Tokens(
                count(usage.hasInputTokens(), usage.getInputTokens()),
                count(usage.hasOutputTokens(), usage.getOutputTokens()),
                count(usage.hasCachedInputTokens(), usage.getCachedInputTokens()),
                count(usage.hasReasoningTokens(), usage.getReasoningTokens()),
                switch (usage.getProvenance()) {
                    case USAGE_PROVENANCE_REPORTED -> Provenance.REPORTED;
                    case USAGE_PROVENANCE_COUNTED -> Provenance.COUNTED;
                    case USAGE_PROVENANCE_ESTIMATED, USAGE_PROVENANCE_UNSPECIFIED, UNRECOGNIZED -> Provenance.ESTIMATED;
                });
    }

    static TokenUsage toWire(Tokens tokens) {
        TokenUsage.Builder usage = TokenUsage.newBuilder()
                .setProvenance(
                        switch (tokens.provenance()) {
                            case REPORTED -> UsageProvenance.USAGE_PROVENANCE_REPORTED;
                            case COUNTED -> UsageProvenance.USAGE_PROVENANCE_COUNTED;
                            case ESTIMATED -> UsageProvenance.USAGE_PROVENANCE_ESTIMATED;
                        });
        tokens.input().ifPresent(usage::setInputTokens);
        tokens.output().ifPresent(usage::setOutputTokens);
        tokens.cachedInput().ifPresent(usage::setCachedInputTokens);
        tokens.reasoning().ifPresent(usage::setReasoningTokens);
        return usage.build();
    }

    private static OptionalLong count(boolean known, long value) {
        return known ? OptionalLong.of(Fields.tokens("usage", value, 0)) : OptionalLong.empty();
    }
}
