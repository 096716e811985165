package dev.millrace.relay.breaker;

import dev.millrace.relay.Acme;
import dev.millrace.relay.Breakers.Permit;
import dev.millrace.relay.Failure;
import dev.millrace.relay.ProviderModel;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** When a model that failed is called again. */
final class ModelBreakersTest {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int CALLS_MIN = 5;
    private static final ProviderModel MODEL = Acme.model("m");

    private static final Failure FAILURE = Failure.sick(MODEL.provider(), "answered 500");

    private final ModelBreakers breakers = new ModelBreakers(PAUSE);

    @Test
    void probesCloseItWithTheirFirstTokensHoweverLongTheirAnswersTake() {
        fail(CALLS_MIN);
        Permit first = probe();
        Permit second = permit();
        assertThat(breakers.ask(MODEL)).as("a third probe").isEmpty();

        first.answering();
        second.answering();

        for (int call = 0; call < CALLS_MIN; call++) {
            permit().succeeded();
        }
        first.succeeded();
        second.succeeded();
        assertThat(breakers.ask(MODEL)).isPresent();
    }

    @Test
    void saysWhyItIsLeftAloneUntilItAnswersAgain() {
        assertThat(breakers.resting(MODEL)).isEmpty();

        fail(CALLS_MIN);

        String why =
                "left alone for now after repeated failures, tried again 0.05s after the last: " + FAILURE.message();
        assertThat(breakers.resting(MODEL)).contains(why);
        afterPauses();
        assertThat(breakers.resting(MODEL)).contains(why);
        probe().answering();
        assertThat(breakers.resting(MODEL)).contains(why);
        permit().answering();
        assertThat(breakers.resting(MODEL)).isEmpty();
    }

    @Test
    void probesThatComeLongAfterOneAnotherCloseItTogether() {
        fail(CALLS_MIN);
        probe().answering();
        afterPauses();

        permit().answering();

        afterPauses();
        for (int call = 0; call < CALLS_MIN; call++) {
            assertThat(breakers.ask(MODEL)).isPresent();
        }
    }

    @Test
    void aProbeThatBreaksAfterItsFirstTokenFailsAll() {
        fail(CALLS_MIN);
        Permit first = probe();
        Permit second = permit();

        first.answering();
        first.failed(FAILURE);

        assertThat(breakers.isOpen(MODEL)).isTrue();
        second.released();
    }

    @Test
    void aStreamThatBreaksLaterCountsOnceAndAsAFailure() {
        for (int call = 0; call < CALLS_MIN - 1; call++) {
            breakInTheMiddle();
        }
        assertThat(breakers.isOpen(MODEL)).isFalse();

        breakInTheMiddle();

        assertThat(breakers.isOpen(MODEL)).isTrue();
    }

    @Test
    void aCallThatSaysNothingLeavesItsPlaceToAnother() {
        fail(CALLS_MIN);
        Permit first = probe();
        Permit second = permit();

        first.released();

        permit().answering();
        second.answering();
        assertThat(breakers.ask(MODEL)).isPresent();
    }

    private void breakInTheMiddle() {
        Permit permit = permit();
        permit.answering();
        permit.failed(FAILURE);
    }

    private void fail(int calls) {
        for (int call = 0; call < calls; call++) {
            permit().failed(FAILURE);
        }
        assertThat(breakers.isOpen(MODEL)).isTrue();
    }

    private Permit probe() {
        return await().until(() -> breakers.ask(MODEL), Optional::isPresent).orElseThrow();
    }

    private Permit permit() {
        return breakers.ask(MODEL).orElseThrow(() -> new AssertionError("no permit"));
    }

    private static void afterPauses() {
        await().pollDelay(PAUSE.multipliedBy(4)).until(() -> true);
    }
}
