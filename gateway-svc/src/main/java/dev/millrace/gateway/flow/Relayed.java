package dev.millrace.gateway.flow;

import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Counts what one attempt has given so far, and what of it was told to the caller: that is what a cut turn is charged by. */
final class Relayed {

    private static final int ASCII_END = 0x80;
    private static final int TWO_BYTES_END = 0x800;
    /** Hardly any token of any model is longer, in bytes of UTF-8. */
    private static final int TOKEN_BYTES_MAX = 16;

    private static final int TOKEN_BYTES_USUAL = 4;

    private final Set<Integer> choices = new HashSet<>();
    private final Count given = new Count();
    private final Count told = new Count();
    private OptionalLong inputTokens;

    Relayed(OptionalLong estimatedInputTokens) {
        inputTokens = estimatedInputTokens;
    }

    void begun(Started started) {
        if (started.hasInputTokens()) {
            inputTokens = OptionalLong.of(started.getInputTokens());
        }
    }

    /** A piece has come. */
    void came(Delta delta) {
        choices.add(delta.getChoiceIndex());
        given.add(delta);
    }

    /** A piece that had come was told to the caller. */
    void told(Delta delta) {
        told.add(delta);
    }

    boolean anything() {
        return given.pieces > 0;
    }

    /** Whether every choice says how it ended, in a word that is known here or in the backend's own. */
    boolean isWhole(List<ChoiceEnd> ends) {
        Set<Integer> ended = new HashSet<>();
        for (ChoiceEnd end : ends) {
            if (end.getFinishReason() == FinishReason.FINISH_REASON_UNSPECIFIED
                    && end.getBackendFinishReason().isEmpty()) {
                return false;
            }
            ended.add(end.getIndex());
        }
        return !ends.isEmpty() && ended.containsAll(choices);
    }

    /** What came; empty: nothing. */
    Optional<TokenUsage> given() {
        return usage(given);
    }

    /** What was told; empty: nothing, and so nothing is charged, the prompt included. */
    Optional<TokenUsage> told() {
        return usage(told);
    }

    private Optional<TokenUsage> usage(Count count) {
        if (count.pieces == 0) {
            return Optional.empty();
        }
        TokenUsage.Builder usage = TokenUsage.newBuilder()
                .setOutputTokens(count.tokens)
                .setProvenance(
                        count.guessed
                                ? UsageProvenance.USAGE_PROVENANCE_ESTIMATED
                                : UsageProvenance.USAGE_PROVENANCE_COUNTED);
        inputTokens.ifPresent(usage::setInputTokens);
        return Optional.of(usage.build());
    }

    /** Pieces and their tokens: as the backend counts them, else by a guess at each piece. */
    private static final class Count {
        private long pieces;
        private long tokens;
        private boolean guessed;

        void add(Delta delta) {
            pieces++;
            guessed |= !delta.hasOutputTokens();
            tokens = delta.hasOutputTokens() ? Math.max(tokens, delta.getOutputTokens()) : tokens + guess(delta);
        }

        private static long guess(Delta delta) {
            long parts = guess(delta.getText())
                    + guess(delta.getReasoning())
                    + guess(delta.getRefusal())
                    + guess(delta.getToolCall().getArguments());
            return Math.max(1, parts);
        }

        /** Most clouds send a piece for each token; one that is too long for that, or holds several words, is more. */
        private static long guess(String text) {
            int bytes = 0;
            int words = 0;
            boolean inWord = false;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                bytes += c < ASCII_END ? 1 : c < TWO_BYTES_END ? 2 : 3;
                boolean blank = Character.isWhitespace(c);
                words += !blank && !inWord ? 1 : 0;
                inWord = !blank;
            }
            if (words > 1 || bytes > TOKEN_BYTES_MAX) {
                return Math.max(words, bytes / TOKEN_BYTES_USUAL);
            }
            return bytes == 0 ? 0 : 1;
        }
    }
}
