package dev.millrace.billing;

import java.util.OptionalLong;

/**
 * Tokens of one answer or of one attempt. An empty count is unknown, 0 is zero.
 *
 * @param input tokens of the prompt, cached ones included
 * @param output tokens generated, reasoning included
 * @param cachedInput the part of input that came from the backend's cache
 * @param reasoning the part of output that was reasoning
 */
public record Tokens(
        OptionalLong input,
        OptionalLong output,
        OptionalLong cachedInput,
        OptionalLong reasoning,
        Provenance provenance) {

    /** Nobody counted, and nothing is known. */
    public static final Tokens UNKNOWN = new Tokens(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Provenance.ESTIMATED);

    public Tokens {
        atLeastZero("input_tokens", input);
        atLeastZero("output_tokens", output);
        atLeastZero("cached_input_tokens", cachedInput);
        atLeastZero("reasoning_tokens", reasoning);
    }

    /** Prompt and answer, nothing cached, no reasoning. */
    public static Tokens of(long input, long output, Provenance provenance) {
        return new Tokens(
                OptionalLong.of(input),
                OptionalLong.of(output),
                OptionalLong.empty(),
                OptionalLong.empty(),
                provenance);
    }

    /** The part of the prompt that is paid as cached; never more than the prompt. */
    long cachedInputCount() {
        return Math.min(cachedInput.orElse(0), input.orElse(0));
    }

    /** The part of the prompt that is paid in full. */
    long freshInputCount() {
        return input.orElse(0) - cachedInputCount();
    }

    /** The part of the answer that is paid as reasoning; never more than the answer. */
    long reasoningCount() {
        return Math.min(reasoning.orElse(0), output.orElse(0));
    }

    /** The part of the answer that is no reasoning. */
    long plainOutputCount() {
        return output.orElse(0) - reasoningCount();
    }

    private static void atLeastZero(String name, OptionalLong count) {
        if (count.orElse(0) < 0) {
            throw new IllegalArgumentException(name + ": " + count.getAsLong() + " (expected: >= 0)");
        }
    }
}
