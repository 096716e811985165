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
import java.util.stream.Collectors;

/** Counts what one attempt has given so far, and what of it was told to the caller: that is what a cut turn is charged by. */
final class Relayed {

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
        boolean allSay = ends.stream()
                .allMatch(end -> end.getFinishReason() != FinishReason.FINISH_REASON_UNSPECIFIED
                        || !end.getBackendFinishReason().isEmpty());
        Set<Integer> ended = ends.stream().map(ChoiceEnd::getIndex).collect(Collectors.toSet());
        return !ends.isEmpty() && allSay && ended.containsAll(choices);
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

    /** Pieces and their tokens: as the backend counts them, else one for each piece. */
    private static final class Count {
        private long pieces;
        private long tokens;
        private boolean guessed;

        void add(Delta delta) {
            pieces++;
            guessed |= !delta.hasOutputTokens();
            tokens = delta.hasOutputTokens() ? Math.max(tokens, delta.getOutputTokens()) : tokens + 1;
        }
    }
}
