package dev.millrace.billing;

import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class PriceTest {
    private static final long USD = 1_000_000_000;

    @ParameterizedTest(
            name = "{0} + {1} tokens ({2} cached, {3} reasoning) at {4}/{5}/{6}/{7} nano-USD a million = {8}")
    @CsvSource({
        // input, output, cached, reasoning, rate in, rate out, rate cached (-1: none), rate reasoning (-1: none), cost
        "0, 0, 0, 0, 2000000000, 8000000000, -1, -1, 0",
        "1, 0, 0, 0, 2000000000, 8000000000, -1, -1, 2000",
        "1000, 1000, 0, 0, 2000000000, 8000000000, -1, -1, 10000000",
        "14, 31, 0, 0, 2000000000, 8000000000, -1, -1, 276000",
        "1000000, 1000000, 0, 0, 3000000000, 15000000000, -1, -1, 18000000000",
        // cached tokens are part of the input, reasoning is part of the output
        "1000, 500, 400, 0, 2000000000, 8000000000, 500000000, -1, 5400000",
        "1000, 500, 400, 0, 2000000000, 8000000000, -1, -1, 6000000",
        "1000, 500, 0, 300, 2000000000, 8000000000, -1, 10000000000, 6600000",
        "1000, 500, 1000, 500, 2000000000, 8000000000, 0, 0, 0",
        // more cached than input, as some providers report: never negative
        "100, 10, 200, 20, 2000000000, 8000000000, 1000000000, 1000000000, 110000",
        // rounded once, upwards: 1 nano-USD a million
        "1, 0, 0, 0, 1, 1, -1, -1, 1",
        "1, 1, 0, 0, 1, 1, -1, -1, 1",
        "999999, 1, 0, 0, 1, 1, -1, -1, 1",
        "1000000, 1, 0, 0, 1, 1, -1, -1, 2",
        "3, 5, 0, 0, 333333, 333333, -1, -1, 3",
        // the largest exact product
        "1000000, 0, 0, 0, 9223372036854, 0, -1, -1, 9223372036854"
    })
    void costsWhatTheGoldenVectorSays(
            long input,
            long output,
            long cached,
            long reasoning,
            long inputRate,
            long outputRate,
            long cachedRate,
            long reasoningRate,
            long cost) {
        Price price = price(inputRate, cachedRate, outputRate, reasoningRate);
        Tokens tokens = new Tokens(
                OptionalLong.of(input),
                OptionalLong.of(output),
                OptionalLong.of(cached),
                OptionalLong.of(reasoning),
                Provenance.REPORTED);

        assertThat(price.cost(tokens)).isEqualTo(cost);
        assertThat(price.worstCost(input, output)).isGreaterThanOrEqualTo(cost);
    }

    @Test
    void refusesProductsThatLeaveTheRange() {
        Price price = price(Long.MAX_VALUE / 10, -1, 0, -1);

        assertThatThrownBy(() -> price.cost(Tokens.of(11, 0, Provenance.COUNTED)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void unknownCountsCostNothing() {
        assertThat(price(2 * USD, -1, 8 * USD, -1).cost(Tokens.UNKNOWN)).isZero();
    }

    @ParameterizedTest(name = "{0} tokens in, {1} wanted, {2} nano-USD left: {3}")
    @CsvSource({
        "1000, 1000, 10000000, 1000",
        "1000, 1000, 9999999, 999",
        "1000, 1000, 2000000, 0",
        "1000, 1000, 1999999, -1",
        "1000, 1000, 0, -1",
        "0, 1000, 0, 0",
        "1000, 1000, 9223372036854775807, 1000"
    })
    void affordsTheLargestAnswerThatFits(long input, long wanted, long left, long affordable) {
        Price price = price(2 * USD, -1, 8 * USD, -1);

        long tokens = price.affordableOutputTokens(input, wanted, left);

        assertThat(tokens).isEqualTo(affordable);
        if (tokens >= 0) {
            assertThat(price.worstCost(input, tokens)).isLessThanOrEqualTo(left);
        }
        if (tokens >= 0 && tokens < wanted) {
            assertThat(price.worstCost(input, tokens + 1)).isGreaterThan(left);
        }
    }

    private static Price price(long input, long cached, long output, long reasoning) {
        return new Price(
                "v",
                "m",
                input,
                cached < 0 ? OptionalLong.empty() : OptionalLong.of(cached),
                output,
                reasoning < 0 ? OptionalLong.empty() : OptionalLong.of(reasoning),
                Instant.EPOCH,
                "test");
    }
}
