package dev.millrace.cli;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReplayTest {

    private static final Instant DAY = Instant.parse("2026-01-31T08:00:00Z");

    private final List<SettledDecisions.Decision> decisions = List.of(
            new SettledDecisions.Decision("a", 0.30, "trivial", "head"),
            new SettledDecisions.Decision("b", 0.40, "moderate", "head"),
            new SettledDecisions.Decision("c", 0.92, "premium", "head+embedding"));

    @Test
    void tellsWhichTiersWouldChangeAndNamesTurns() {
        Replay replay = new Replay(decisions, new Cutoffs("new", 0.45, 0.65, 0.90), DAY);

        assertThat(replay.changed()).isEqualTo(1);
        assertThat(replay.text("24h")).isEqualTo("""
            1 of 3 decisions since 24h would have another tier (33.3 %)
            WAS       WOULD BE  DECISIONS  TURNS
            moderate  trivial           1  b
            SCORED BY       DECISIONS  OF THEM CHANGED
            head                    2                1
            head+embedding          1                0
            different models gave these scores; one that names no embedding is of the text alone, which was enough to tell the tier \
            then: under other cut-offs the same question may be embedded and score otherwise\
            """);
    }

    @Test
    void saysNothingOfDifferentModelsWhereThereIsOne() {
        Replay replay = new Replay(decisions.subList(0, 2), new Cutoffs("new", 0.45, 0.65, 0.90), DAY);

        assertThat(replay.text("24h"))
                .contains("head               2                1")
                .doesNotContain("different");
    }

    @Test
    void saysThatThereIsNothingToReplay() {
        assertThat(new Replay(List.of(), new Cutoffs("new", 0.4, 0.6, 0.9), DAY).text("24h"))
                .isEqualTo("no decisions since 24h: nothing to replay");
    }

    @Test
    void proposalsRiseAreRoundedAndNamedAfterTheDayAndThemselves() {
        Cutoffs proposed = Cutoffs.proposed(0.70001, 0.6, 0.55559, DAY);

        assertThat(proposed.premium()).isEqualTo(0.5555);
        assertThat(proposed.complex()).isEqualTo(0.5555);
        assertThat(proposed.moderate()).isEqualTo(0.5555);
        assertThat(proposed.version()).matches("calibrated-20260131-[0-9a-f]{4}");
        assertThat(Cutoffs.proposed(0.70001, 0.6, 0.55559, DAY)).isEqualTo(proposed);
        assertThat(Cutoffs.proposed(0.3, 0.6, 0.9, DAY).version()).isNotEqualTo(proposed.version());
    }

    @Test
    void aStepIsBounded() {
        Cutoffs inForce = new Cutoffs("policy-1", 0.35, 0.65, 0.90);

        Cutoffs next = Cutoffs.proposed(0.10, 0.66, 0.99, DAY).within(0.05, inForce, DAY);

        assertThat(next.moderate()).isBetween(0.2999, 0.3001);
        assertThat(next.complex()).isEqualTo(0.66);
        assertThat(next.premium()).isBetween(0.9499, 0.9501);
    }
}
