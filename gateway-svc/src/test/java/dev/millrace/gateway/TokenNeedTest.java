package dev.millrace.gateway;

import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.gateway.fakes.TurnRequests;
import dev.millrace.schema.completion.v1.SamplingParameters;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

final class TokenNeedTest {

    private static final long BILLING_TAKES = 100_000_000;

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            -          | -     | -       | 1 | 4096
            -          | 1000  | -       | 1 | 1000
            -          | -     | 2048    | 1 | 4096
            200        | -     | -       | 1 | 200
            200        | -     | 128000  | 3 | 600
            20000      | 8192  | 128000  | 1 | 8192
            200000     | -     | 128000  | 1 | 128000
            2147483647 | 8192  | 128000  | 1 | 8192
            2147483647 | -     | 128000  | 2 | 256000
            2147483647 | -     | -       | 1 | 131072
            2147483647 | -     | -       | 8 | 1048576
            """)
    void outputIsBoundByTheModelElseItsWindowElseWhatAnyModelWrites(
            @Nullable Integer asked, @Nullable Long modelMax, @Nullable Long window, int choices, long expected) {
        assertThat(need(asked, modelMax, window, choices).outputTokens()).isEqualTo(expected);
    }

    @Test
    void neverAsksBillingForMoreThanItTakes() {
        assertThat(need(Integer.MAX_VALUE, 1L << 40, null, 8).outputTokens()).isEqualTo(BILLING_TAKES);
        assertThat(need(Integer.MAX_VALUE, null, 1L << 40, 8).outputTokens()).isEqualTo(BILLING_TAKES);
    }

    private static TokenNeed need(
            @Nullable Integer asked, @Nullable Long modelMax, @Nullable Long window, int choices) {
        SamplingParameters.Builder sampling = SamplingParameters.newBuilder().setChoiceCount(choices);
        if (asked != null) {
            sampling.setMaxOutputTokens(asked);
        }
        return TokenNeed.of(request(sampling.build()), OptionalLong.of(14), model(maybe(modelMax), maybe(window)));
    }

    private static OptionalLong maybe(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Entry model(OptionalLong maxOutputTokens, OptionalLong window) {
        return new Entry(
                "m",
                Target.CLOUD,
                "engine",
                List.of(),
                window,
                maxOutputTokens,
                Set.of(),
                false,
                State.LOADED,
                "",
                Optional.empty(),
                Instant.EPOCH);
    }

    private static TurnRequest request(SamplingParameters sampling) {
        return TurnRequests.of(List.of())
                .model("m")
                .sampling(sampling)
                .delivery(Delivery.WHOLE)
                .build();
    }
}
