package dev.millrace.cli;

import dev.millrace.schema.billing.v1.CostRow;
import dev.millrace.schema.billing.v1.GetTurnResponse;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.billing.v1.TurnState;
import dev.millrace.schema.billing.v1.TurnUsage;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a turn that its caller has left is said to have wasted. */
final class TurnTextTest {

    /** Of the calls, the second made so many tokens and the first 5. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "SETTLED,   ESTIMATED, 20, 30, 'about 15 wasted (estimated)'",
                "SETTLED,   ESTIMATED, 40, 30, -",
                "SETTLED,   COUNTED,   20, 30, -",
                "RECOVERED, ESTIMATED, 20, 30, -"
            })
    void againstAnEstimateThereIsOnlyAnEstimate(
            String state, String provenance, long delivered, long made, @Nullable String wasted) {
        String head = TurnText.of(GetTurnResponse.newBuilder()
                        .setTurn(TurnUsage.newBuilder()
                                .setTurnId("t")
                                .setState(TurnState.valueOf("TURN_STATE_" + state))
                                .setEnd(TurnEnd.TURN_END_CLIENT_CANCELLED)
                                .setUsage(tokens(delivered, provenance)))
                        .addCosts(call(1, 5))
                        .addCosts(call(2, made))
                        .build())
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();

        if (wasted == null) {
            assertThat(head).doesNotContain("wasted");
        } else {
            assertThat(head).endsWith(wasted);
        }
    }

    private static CostRow call(int attempt, long made) {
        return CostRow.newBuilder()
                .setAttemptId("t/" + attempt)
                .setTry(1)
                .setUsage(tokens(made, "COUNTED"))
                .build();
    }

    private static TokenUsage tokens(long output, String provenance) {
        return TokenUsage.newBuilder()
                .setOutputTokens(output)
                .setProvenance(UsageProvenance.valueOf("USAGE_PROVENANCE_" + provenance))
                .build();
    }
}
