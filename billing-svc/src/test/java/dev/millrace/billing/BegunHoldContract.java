package dev.millrace.billing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.millrace.billing.Samples.MODEL;
import static dev.millrace.billing.Samples.TENANT;
import static dev.millrace.billing.Samples.begun;
import static dev.millrace.billing.Samples.call;
import static dev.millrace.billing.Samples.ended;
import static dev.millrace.billing.Samples.granted;
import static dev.millrace.billing.Samples.hold;
import static dev.millrace.billing.Samples.price;
import static dev.millrace.billing.Samples.settled;
import static dev.millrace.billing.Samples.settlement;
import static org.assertj.core.api.Assertions.assertThat;

/** What every ledger makes of a hold that writes down the begin of its attempt's first call. */
public abstract class BegunHoldContract {
    private static final long CENT = 10_000_000;
    /** 1,000 tokens of prompt at {@link Samples#price}. */
    private static final long PROMPT_NANO_USD = 2_000_000;

    private static final Tokens THOUSAND = Tokens.of(1_000, 1_000, Provenance.REPORTED);

    private final ManualClock clock = new ManualClock();
    private final Instant begin = clock.instant();
    private Ledger ledger;

    /** Opens the one ledger of this test; what an earlier opening left open has lost its process. */
    protected abstract Ledger open(LedgerTerms terms, ManualClock time);

    @BeforeEach
    void openWithPrice() {
        ledger = open();
        ledger.putPrice(price());
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private Ledger open() {
        return open(new LedgerTerms(10 * CENT, MODEL), clock);
    }

    private void loseProcess() {
        ledger.close();
        ledger = open();
    }

    @Test
    void aCallWhoseProcessWasLostIsClosedOnceAsAnEstimateAtThePriceOfItsHold() {
        granted(ledger.reserve(begun("t1")));
        changePrice();

        loseProcess();
        loseProcess();

        CostRow lost = onlyCost("t1");
        assertLost(lost);
        assertThat(lost.provider()).isEmpty();
        assertThat(lost.startTime()).contains(begin);
        assertThat(lost.endTime()).contains(clock.instant());
        assertThat(turn("t1").turn().state()).isEqualTo(TurnState.RECOVERED);
        assertThat(ledger.budget(TENANT).heldNanoUsd()).isEqualTo(CENT);
    }

    @Test
    void theEndThatIsToldAfterTheRecoveryCorrectsTheEstimate() {
        granted(ledger.reserve(begun("t1")));
        loseProcess();

        ledger.record(ended(call("t1", 1, 1), 1_000, 500, Provenance.REPORTED)).join();

        assertThat(onlyCost("t1").outcome()).isEqualTo("completed");
        assertThat(onlyCost("t1").costNanoUsd()).isEqualTo(6_000_000);
    }

    @Test
    void aCallWhoseHoldExpiredWhileNobodyWasThereIsClosedAsWell() {
        granted(ledger.reserve(begun("t1")));
        clock.advance(Samples.TTL);

        loseProcess();

        assertLost(onlyCost("t1"));
        assertThat(turn("t1").turn().state()).isEqualTo(TurnState.RECOVERED);
    }

    @Test
    void anExpiredHoldWhoseCallHasEndedLeavesNothingToRecover() {
        granted(ledger.reserve(begun("t1")));
        ledger.record(ended(call("t1", 1, 1), 1_000, 500, Provenance.ESTIMATED)).join();
        clock.advance(Samples.TTL);

        loseProcess();

        assertThat(turn("t1").turn().state()).isEqualTo(TurnState.OPEN);
    }

    @Test
    void aCallIsNotForgottenWithItsExpiredHold() {
        granted(ledger.reserve(begun("t1")));
        clock.advance(Samples.TTL);
        granted(ledger.reserve(hold("t2")));

        assertOpen(onlyCost("t1"));
        loseProcess();
        assertLost(onlyCost("t1"));
    }

    @Test
    void aCallThatHasEndedIsNotClosedAgain() {
        granted(ledger.reserve(begun("t1")));
        ledger.record(ended(call("t1", 1, 1), 1_000, 500, Provenance.ESTIMATED)).join();

        loseProcess();

        CostRow cost = onlyCost("t1");
        assertThat(cost.outcome()).isEqualTo("completed");
        assertThat(cost.costNanoUsd()).isEqualTo(6_000_000);
        assertThat(cost.startTime()).contains(begin);
    }

    @Test
    void laterTriesBeginWithAnEntryAsEver() {
        granted(ledger.reserve(begun("t1")));
        ledger.record(ended(call("t1", 1, 1), 0, 0, Provenance.COUNTED)).join();
        ledger.record(new AttemptPhase.Started(call("t1", 1, 2))).join();

        loseProcess();

        assertThat(turn("t1").costs()).extracting(CostRow::outcome).containsExactly("completed", "PROCESS_LOST");
        assertThat(turn("t1").costs()).extracting(CostRow::costNanoUsd).containsExactly(0L, PROMPT_NANO_USD);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLIENT_CANCELLED", "DEADLINE", "READER_STALLED"})
    void aCallOutlivesATurnThatItsCallerEnds(TurnEnd end) {
        Hold hold = granted(ledger.reserve(begun("t1")));
        clock.advance(Duration.ofSeconds(1));

        settled(ledger.settle(settlement("t1", hold.holdId(), end, THOUSAND)));

        assertOpen(onlyCost("t1"));
        loseProcess();
        assertLost(onlyCost("t1"));
        ledger.record(ended(call("t1", 1, 1), 1_000, 500, Provenance.REPORTED)).join();
        assertThat(onlyCost("t1").costNanoUsd()).isEqualTo(6_000_000);
        assertThat(turn("t1").turn().state()).isEqualTo(TurnState.SETTLED);
    }

    @Test
    void theEndOfACallThatOutlivedItsTurnClosesIt() {
        Hold hold = granted(ledger.reserve(begun("t1")));
        settled(ledger.settle(settlement("t1", hold.holdId(), TurnEnd.CLIENT_CANCELLED, THOUSAND)));
        ledger.record(ended(call("t1", 1, 1), 1_000, 500, Provenance.ESTIMATED)).join();

        loseProcess();

        assertThat(onlyCost("t1").outcome()).isEqualTo("completed");
    }

    @Test
    void aCallThatHasEndedStaysEndedWhenItsCallerEndsTheTurn() {
        Hold hold = granted(ledger.reserve(begun("t1")));
        ledger.record(ended(call("t1", 1, 1), 1_000, 500, Provenance.ESTIMATED)).join();
        settled(ledger.settle(settlement("t1", hold.holdId(), TurnEnd.CLIENT_CANCELLED, THOUSAND)));

        loseProcess();

        assertThat(onlyCost("t1").outcome()).isEqualTo("completed");
    }

    @Test
    void onlyTheCallOfTheAttemptThatRanOutlivesItsTurn() {
        granted(ledger.reserve(begun("t1", 1)));
        Hold ran = granted(ledger.reserve(begun("t1", 2)));

        settled(ledger.settle(settlement("t1", ran.holdId(), TurnEnd.CLIENT_CANCELLED, THOUSAND)));

        assertThat(onlyCost("t1").attemptId()).isEqualTo("t1/2");
    }

    @Test
    void aTurnThatItsCallerEndsBeforeAnyAttemptLeavesNoCallOpen() {
        granted(ledger.reserve(begun("t1")));

        settled(ledger.settle(settlement("t1", "", TurnEnd.CLIENT_CANCELLED, THOUSAND)));

        assertThat(turn("t1").costs()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CLIENT_CANCELLED", "DEADLINE", "READER_STALLED"})
    void aTurnThatEndsByItselfLeavesNoCallOpen(TurnEnd end) {
        Hold hold = granted(ledger.reserve(begun("t1")));

        settled(ledger.settle(settlement("t1", hold.holdId(), end, THOUSAND)));

        loseProcess();
        assertThat(turn("t1").costs()).isEmpty();
    }

    @Test
    void aHoldThatIsReleasedLeavesNoCallOpen() {
        Hold hold = granted(ledger.reserve(begun("t1")));
        assertThat(ledger.release(TENANT, "t1", hold.holdId()).join()).hasValue(CENT);

        loseProcess();

        assertThat(turn("t1").costs()).isEmpty();
        assertThat(turn("t1").turn().state()).isEqualTo(TurnState.OPEN);
    }

    @Test
    void aHoldThatBeginsNoCallLeavesNoneOpen() {
        Hold hold = granted(ledger.reserve(hold("t1")));
        granted(ledger.reserve(hold("t2")));
        settled(ledger.settle(settlement("t1", hold.holdId(), TurnEnd.CLIENT_CANCELLED, THOUSAND)));

        loseProcess();

        assertThat(List.of("t1", "t2"))
                .allSatisfy(id -> assertThat(turn(id).costs()).isEmpty());
    }

    @Test
    void thePriceIsTheOneThatItsHoldPinned() {
        granted(ledger.reserve(begun("t1")));
        changePrice();

        long cost = ledger.record(ended(call("t1", 1, 1), 1_000, 1_000, Provenance.REPORTED))
                .join();

        assertThat(cost).isEqualTo(CENT);
    }

    private void changePrice() {
        clock.advance(Duration.ofSeconds(1));
        ledger.putPrice(price(MODEL, 1, 1));
    }

    private TurnDetail turn(String id) {
        return ledger.turn(TENANT, id).orElseThrow();
    }

    private CostRow onlyCost(String id) {
        assertThat(turn(id).costs()).hasSize(1);
        return turn(id).costs().getFirst();
    }

    private void assertOpen(CostRow call) {
        assertThat(call.outcome()).isEqualTo("open");
        assertThat(call.startTime()).contains(begin);
        assertThat(call.endTime()).isEmpty();
    }

    private static void assertLost(CostRow call) {
        assertThat(call.tryNumber()).isEqualTo(1);
        assertThat(call.outcome()).isEqualTo("PROCESS_LOST");
        assertThat(call.tokens().provenance()).isEqualTo(Provenance.ESTIMATED);
        assertThat(call.tokens().input()).hasValue(1_000);
        assertThat(call.tokens().output()).isEmpty();
        assertThat(call.costNanoUsd()).isEqualTo(PROMPT_NANO_USD);
    }
}
