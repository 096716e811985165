package dev.millrace.relay.calls;

import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.UpstreamEvent.Chunk;
import dev.millrace.relay.UpstreamEvent.Finish;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What a provider says of its answer besides its text: who writes it, why each choice ended, what it took. */
final class AnswerAccount {
    private final CompletionCall call;
    private final AnswerRoom room;
    private final Map<Integer, String> finishes = new TreeMap<>();
    private Optional<TokenUsage> reported = Optional.empty();
    private String model;

    AnswerAccount(CompletionCall call, ProviderModel model, AnswerRoom room) {
        this.call = call;
        this.room = room;
        this.model = model.wireName();
    }

    void take(Chunk chunk) {
        if (!chunk.model().isEmpty()) {
            model = chunk.model();
        }
        if (chunk.usage().isPresent()) {
            reported = chunk.usage();
        }
    }

    void take(Finish finish) {
        finishes.putIfAbsent(finish.choice(), finish.word());
    }

    /** Each choice has said why it ended. */
    boolean isFinished() {
        return finishes.size() >= call.choiceCount();
    }

    /** As the provider names it, else as it was asked for. */
    String model() {
        return model;
    }

    /** As reported, if it was already. */
    OptionalLong inputTokens() {
        return reported.isPresent() && reported.get().hasInputTokens()
                ? OptionalLong.of(reported.get().getInputTokens())
                : OptionalLong.empty();
    }

    /** How each choice ended; {@code cut}: those that have not said so ended at the limit. */
    List<ChoiceEnd> ends(boolean cut) {
        List<ChoiceEnd> ends = new ArrayList<>(1);
        for (int choice = 0; choice < call.choiceCount(); choice++) {
            ends.add(end(choice, cut));
        }
        return ends;
    }

    private ChoiceEnd end(int choice, boolean cut) {
        String word = finishes.getOrDefault(choice, "");
        FinishReason reason =
                cut && !finishes.containsKey(choice) ? FinishReason.FINISH_REASON_LENGTH : FinishWords.reason(word);
        ChoiceEnd.Builder end =
                ChoiceEnd.newBuilder().setIndex(choice).setFinishReason(reason).setBackendFinishReason(word);
        if (reason == FinishReason.FINISH_REASON_LENGTH && room.tokensMax().isPresent()) {
            end.setLengthCause(
                    call.budgetRules() ? LengthCause.LENGTH_CAUSE_BUDGET : LengthCause.LENGTH_CAUSE_MAX_OUTPUT_TOKENS);
        }
        return end.build();
    }

    /**
     * What the answer took so far: as reported, else counted from what was relayed, else estimated.
     *
     * @param begun whether anything was relayed
     * @param whole whether nothing more comes, so that what was reported stands
     */
    TokenUsage usage(boolean begun, boolean whole) {
        if (whole && reported.isPresent() && reported.get().hasOutputTokens()) {
            return reported.get().hasInputTokens() ? reported.get() : withEstimatedInput(reported.get());
        }
        TokenUsage.Builder usage = reported.map(TokenUsage::toBuilder)
                .orElseGet(TokenUsage::newBuilder)
                .clearReasoningTokens();
        if (!usage.hasInputTokens()) {
            call.estimatedInputTokens().ifPresent(usage::setInputTokens);
        }
        TokenMeter relayed = room.relayed();
        usage.setOutputTokens(relayed.reported().orElseGet(relayed::tokens));
        return usage.setProvenance(
                        begun ? UsageProvenance.USAGE_PROVENANCE_COUNTED : UsageProvenance.USAGE_PROVENANCE_ESTIMATED)
                .build();
    }

    /** A provider that counts only what it wrote has read the prompt all the same. */
    private TokenUsage withEstimatedInput(TokenUsage half) {
        return call.estimatedInputTokens().isEmpty()
                ? half
                : half.toBuilder()
                        .setInputTokens(call.estimatedInputTokens().getAsLong())
                        .setProvenance(UsageProvenance.USAGE_PROVENANCE_ESTIMATED)
                        .build();
    }
}
