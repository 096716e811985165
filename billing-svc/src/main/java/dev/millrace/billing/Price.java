package dev.millrace.billing;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * A dated price row of one model, all rates in nano-USD for a million tokens.
 *
 * @param version its id, unique for ever; a hold pins it
 * @param cachedInput the rate of cached input; empty: as input
 * @param reasoning the rate of reasoning; empty: as output
 * @param source where it comes from: a page with its date, a contract, a person
 */
public record Price(
        String version,
        String model,
        long input,
        OptionalLong cachedInput,
        long output,
        OptionalLong reasoning,
        Instant validFrom,
        String source) {
    private static final long TOKENS_PER_RATE = 1_000_000;

    public Price {
        atLeastZero("input_nano_usd_per_million", input);
        atLeastZero("cached_input_nano_usd_per_million", cachedInput.orElse(0));
        atLeastZero("output_nano_usd_per_million", output);
        atLeastZero("reasoning_nano_usd_per_million", reasoning.orElse(0));
    }

    /**
     * What an attempt costs: the sum of tokens x rate, divided once, upwards. An unknown count costs nothing.
     *
     * @throws ArithmeticException when the product leaves the range of 64 bits
     */
    public long cost(Tokens tokens) {
        long sum = product(tokens.freshInputCount(), input);
        sum = Math.addExact(sum, product(tokens.cachedInputCount(), cachedInput.orElse(input)));
        sum = Math.addExact(sum, product(tokens.plainOutputCount(), output));
        sum = Math.addExact(sum, product(tokens.reasoningCount(), reasoning.orElse(output)));
        return Math.ceilDiv(sum, TOKENS_PER_RATE);
    }

    /** The most that an attempt of this size can cost: every token at the dearer of its two rates. */
    public long worstCost(long inputTokens, long outputTokens) {
        long sum = Math.addExact(product(inputTokens, worstInput()), product(outputTokens, worstOutput()));
        return Math.ceilDiv(sum, TOKENS_PER_RATE);
    }

    /**
     * The largest answer, up to {@code wantedOutputTokens}, whose {@link #worstCost} is no more than {@code nanoUsd};
     * -1 when the prompt alone costs more.
     */
    public long affordableOutputTokens(long inputTokens, long wantedOutputTokens, long nanoUsd) {
        // ceil(s / m) <= n holds exactly for s <= n * m. Money past the cap buys every answer anyway.
        long money = product(Math.min(nanoUsd, Long.MAX_VALUE / TOKENS_PER_RATE), TOKENS_PER_RATE);
        long left = money - product(inputTokens, worstInput());
        if (left < 0) {
            return -1;
        }
        return worstOutput() == 0 ? wantedOutputTokens : Math.min(wantedOutputTokens, left / worstOutput());
    }

    private long worstInput() {
        return Math.max(input, cachedInput.orElse(0));
    }

    private long worstOutput() {
        return Math.max(output, reasoning.orElse(0));
    }

    private static long product(long tokens, long rate) {
        return Math.multiplyExact(tokens, rate);
    }

    private static void atLeastZero(String name, long rate) {
        if (rate < 0) {
            throw new IllegalArgumentException(name + ": " + rate + " (expected: >= 0)");
        }
    }
}
