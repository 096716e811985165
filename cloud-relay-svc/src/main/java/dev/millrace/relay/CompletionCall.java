package dev.millrace.relay;

import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A prompt for one model. The shapes of prompt and answer are the wire's, so that nothing is re-mapped on its way.
 *
 * @param outputTokenLimit the budget's limit beside the caller's own
 * @param estimatedInputTokens the classifier's word
 * @param begun whether the ledger knows already that the attempt's first call of a provider begins
 * @param firstTokenLimit how long the caller waits for a first piece; empty: until its deadline
 */
public record CompletionCall(
        AttemptKey attempt,
        List<Message> messages,
        SamplingParameters sampling,
        List<Tool> tools,
        ToolChoice toolChoice,
        ResponseFormat responseFormat,
        String extraParametersJson,
        String endUser,
        OptionalLong outputTokenLimit,
        OptionalLong estimatedInputTokens,
        boolean begun,
        Optional<FirstTokenLimit> firstTokenLimit) {

    /**
     * How long a first piece is waited for.
     *
     * @param longest whether no caller waits longer: so much silence speaks against a provider, less may be mere slowness
     */
    public record FirstTokenLimit(Duration span, boolean longest) {}

    /** How many answers were asked for. */
    public int choiceCount() {
        return sampling.hasChoiceCount() ? sampling.getChoiceCount() : 1;
    }

    /** The most tokens that may be generated: the caller's limit or the budget's, whichever is lower. */
    public OptionalLong outputTokensMax() {
        if (!sampling.hasMaxOutputTokens()) {
            return outputTokenLimit;
        }
        long asked = sampling.getMaxOutputTokens();
        return OptionalLong.of(Math.min(asked, outputTokenLimit.orElse(asked)));
    }

    /** Whether the lower of the two limits is the budget's. */
    public boolean budgetRules() {
        return outputTokenLimit.isPresent()
                && (!sampling.hasMaxOutputTokens() || outputTokenLimit.getAsLong() < sampling.getMaxOutputTokens());
    }

    /** Never shows the prompt. */
    @Override
    public String toString() {
        return "CompletionCall(" + attempt.attemptId() + ")";
    }

    /** The optional form of the answer. */
    public Optional<ResponseFormat> wantedFormat() {
        return responseFormat.getKind() == ResponseFormat.Kind.KIND_UNSPECIFIED
                ? Optional.empty()
                : Optional.of(responseFormat);
    }
}
