package dev.millrace.relay.calls;

import dev.millrace.relay.TokenCounter;
import dev.millrace.schema.completion.v1.Delta;
import java.util.OptionalLong;

/**
 * Counts the tokens of what was relayed, for providers that do not tell and for limits that they do not keep.
 *
 * <p>Counting costs, so text is collected and counted only when an answer depends on it: a token has at least one byte,
 * therefore a text of fewer bytes than the limit cannot reach it. What is collected stays small, because an answer whose reader stalls holds it as well.
 */
final class TokenMeter {
    private static final int PENDING_CHARS_MAX = 8 << 10;

    private final TokenCounter counter;
    private final StringBuilder pending = new StringBuilder(256);
    private long counted;
    private long pieces;
    private long reported = -1;

    TokenMeter(TokenCounter counter) {
        this.counter = counter;
    }

    void add(Delta delta) {
        pieces++;
        pending.append(delta.getText())
                .append(delta.getReasoning())
                .append(delta.getRefusal())
                .append(delta.getToolCall().getName())
                .append(delta.getToolCall().getArguments());
        if (delta.hasOutputTokens()) {
            reported = delta.getOutputTokens();
        }
        if (pending.length() > PENDING_CHARS_MAX) {
            count();
        }
    }

    long pieces() {
        return pieces;
    }

    /**
     * Whether the answer has reached its limit, so that no further piece may follow.
     *
     * <p>A provider's running count decides where there is one. Else the answer is at its limit when it has that many
     * pieces and, by our own count, that many tokens (some providers cut tokens into several pieces); or when our count
     * is half above the limit (others put many tokens into one piece, and no two tokenizers agree).
     */
    boolean reached(long limit) {
        if (reported >= 0) {
            return reported >= limit;
        }
        boolean manyPieces = pieces >= limit;
        long threshold = manyPieces ? limit : limit + limit / 2;
        if (counted + 4L * pending.length() < threshold) {
            return false;
        }
        if (manyPieces || pending.length() >= threshold - counted) {
            count();
        }
        return counted >= threshold;
    }

    /** Whether a piece with this text can be added, with nothing to be counted before it or after it. */
    boolean isFarFrom(OptionalLong limit, String more) {
        if (pending.length() + more.length() > PENDING_CHARS_MAX) {
            return false;
        }
        if (limit.isEmpty()) {
            return true;
        }
        return reported >= 0
                ? reported < limit.getAsLong()
                : pieces < limit.getAsLong() && pending.length() < limit.getAsLong() + limit.getAsLong() / 2 - counted;
    }

    /** The tokens of all pieces; counts what is pending. */
    long tokens() {
        count();
        return counted;
    }

    /** The tokens of a provider's own running count. */
    OptionalLong reported() {
        return reported < 0 ? OptionalLong.empty() : OptionalLong.of(reported);
    }

    private void count() {
        if (!pending.isEmpty()) {
            counted += counter.count(pending);
            pending.setLength(0);
        }
    }
}
