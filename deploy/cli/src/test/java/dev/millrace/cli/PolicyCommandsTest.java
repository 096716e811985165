package dev.millrace.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.millrace.testing.CapturedOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code policy}, which tells the cut-offs in force, and {@code policy replay}: what others would change. */
final class PolicyCommandsTest {
    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @RegisterExtension
    final FakeInstance instance = new FakeInstance(new FakeGateway(), new FakeDecisions(200));

    @Test
    void withoutAWordMoreTheCutOffsInForceAreTold() {
        assertThat(instance.typed("policy")).isZero();
        assertThat(output.out())
                .isEqualTo("policy policy-1: moderate from 0.35, complex from 0.65, premium from 0.90\n");
    }

    @Test
    void forProgramsTheCutOffsInForceAreFields() {
        assertThat(instance.typed("policy", "-o", "json")).isZero();
        assertThat(JsonParser.parseString(output.out()))
                .isEqualTo(JsonParser.parseString(
                        "{\"version\": \"policy-1\", \"moderate\": 0.35, \"complex\": 0.65, \"premium\": 0.9}"));
    }

    @Test
    void aReplayTellsWhatOtherCutOffsWouldChangeAndChangesNothing() {
        assertThat(replay("--moderate", "0.45", "--premium", "0.95")).isZero();

        assertThat(output.out())
                .startsWith("30 of 200 decisions since 24h would have another tier (15.0 %)\n")
                .containsPattern("moderate +trivial +20 +turn-70 ")
                .containsPattern("premium +complex +10 +turn-180 ");
    }

    @Test
    void withTheCutOffsInForceNothingChanges() {
        assertThat(replay()).isZero();
        assertThat(output.out()).startsWith("0 of 200 decisions since 24h");
    }

    @ParameterizedTest
    @CsvSource({
        "--moderate, 0.7",
        "--complex, 0.95",
        "--premium, 0.5",
        "--moderate, 35",
        "--premium, 1.5",
        "--moderate, 0",
        "--complex, NaN"
    })
    void aReplayRefusesScoresThatNoGatewayStartsWith(String option, String score) {
        assertThat(replay(option, score)).isEqualTo(2);

        assertThat(output.err())
                .startsWith("error: tiers cannot begin at ")
                .contains("expected scores that rise, above 0 and up to 1");
        assertThat(output.out()).isEmpty();
    }

    @Test
    void forProgramsAReplayNamesEveryTurn() {
        assertThat(replay("--moderate", "0.45", "--since", "2026-01-31", "-o", "json"))
                .isZero();

        JsonObject replay = JsonParser.parseString(output.out()).getAsJsonObject();
        assertThat(replay.get("startTime").getAsString()).isEqualTo("2026-01-31T00:00:00Z");
        assertThat(replay.getAsJsonObject("cutoffs").get("moderate").getAsDouble())
                .isEqualTo(0.45);
        assertThat(replay.get("decisions").getAsInt()).isEqualTo(200);
        assertThat(replay.get("changed").getAsInt()).isEqualTo(20);
        JsonObject change = replay.getAsJsonArray("changes").get(0).getAsJsonObject();
        assertThat(change.get("was").getAsString()).isEqualTo("moderate");
        assertThat(change.get("wouldBe").getAsString()).isEqualTo("trivial");
        assertThat(change.get("decisions").getAsInt()).isEqualTo(20);
        assertThat(change.getAsJsonArray("turns")).hasSize(20).contains(new JsonPrimitive("turn-70"));
        assertThat(replay.getAsJsonArray("judges").get(0).getAsJsonObject().get("changed"))
                .isEqualTo(new JsonPrimitive(20));
    }

    private int replay(String... options) {
        return instance.typed("policy replay", options);
    }
}
