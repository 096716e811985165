package dev.millrace.billing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.millrace.billing.Samples.MODEL;
import static dev.millrace.billing.Samples.TENANT;
import static dev.millrace.billing.Samples.TTL;
import static dev.millrace.billing.Samples.call;
import static dev.millrace.billing.Samples.ended;
import static dev.millrace.billing.Samples.granted;
import static dev.millrace.billing.Samples.hold;
import static dev.millrace.billing.Samples.price;
import static dev.millrace.billing.Samples.settled;
import static dev.millrace.billing.Samples.settlement;
import static org.assertj.core.api.Assertions.assertThat;

/** What every ledger promises, whatever it is made of. */
public abstract class LedgerContract {
    /** The price of a hold of {@link Samples#hold(String)}. */
    protected static final long CENT = 10_000_000;

    private static final Tokens THOUSAND = Tokens.of(1_000, 1_000, Provenance.REPORTED);

    protected final ManualClock clock = new ManualClock();
    protected Ledger ledger;

    /** Opens an empty ledger with this daily budget and {@link Samples#MODEL} as the reference. */
    protected abstract Ledger open(LedgerTerms terms, ManualClock time);

    @BeforeEach
    void openWithPrice() {
        ledger = open(new LedgerTerms(10 * CENT, MODEL), clock);
        ledger.putPrice(price());
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void aSettlementIsToldOnceItIsKeptAndSoIsItsRepeat() {
        Settlement turn = settlement("t1", "", TurnEnd.REJECTED, THOUSAND);
        List<SettleOutcome> told = new CopyOnWriteArrayList<>();

        SettleOutcome first = ledger.settle(turn, told::add).join();
        SettleOutcome again = ledger.settle(turn, told::add).join();

        assertThat(told).containsExactly(first, again);
    }

    @Test
    void holdsTheWorstCaseAndCapsTheAnswer() {
        Hold hold = granted(ledger.reserve(hold("t1")));

        assertThat(hold.amountNanoUsd()).isEqualTo(CENT);
        assertThat(hold.outputTokenLimit()).isEqualTo(1_000);
        assertThat(hold.limitedByBudget()).isFalse();
        assertThat(hold.expireTime()).isEqualTo(clock.instant().plus(TTL));
        assertThat(ledger.budget(TENANT).heldNanoUsd()).isEqualTo(CENT);
    }

    @Test
    void grantsWhatFitsDownTo64TokensAndThenRefuses() {
        ledger.setBudget(TENANT, CENT, "test");
        Hold whole = granted(ledger.reserve(hold("t1", 1, 1_000, 500)));

        Hold rest = granted(ledger.reserve(hold("t2", 1, 100, 10_000)));
        Reservation none = ledger.reserve(hold("t3", 1, 0, 10_000)).join();

        assertThat(whole.amountNanoUsd()).isEqualTo(6_000_000);
        assertThat(rest.outputTokenLimit()).isEqualTo(475);
        assertThat(rest.limitedByBudget()).isTrue();
        assertThat(rest.amountNanoUsd()).isEqualTo(4_000_000);
        assertThat(none).isEqualTo(new Reservation.BudgetExhausted(80_000_000, 0, CENT));
    }

    @Test
    void refusesAnAnswerOf63Tokens() {
        ledger.setBudget(TENANT, 64 * 8_000 - 1, "test");

        assertThat(ledger.reserve(hold("t1", 1, 0, 1_000)).join()).isInstanceOf(Reservation.BudgetExhausted.class);
        ledger.setBudget(TENANT, 64 * 8_000, "test");
        assertThat(granted(ledger.reserve(hold("t1", 1, 0, 1_000))).outputTokenLimit())
                .isEqualTo(64);
        ledger.setBudget(TENANT, 65 * 8_000, "test");
        assertThat(granted(ledger.reserve(hold("t2", 1, 0, 1))).outputTokenLimit())
                .isEqualTo(1);
    }

    @Test
    void repeatsReturnTheFirstHold() {
        Hold first = granted(ledger.reserve(hold("t1")));
        clock.advance(Duration.ofSeconds(1));

        assertThat(granted(ledger.reserve(hold("t1")))).isEqualTo(first);
        assertThat(ledger.budget(TENANT).heldNanoUsd()).isEqualTo(CENT);
    }

    @Test
    void aHoldThatHasEndedIsNotGivenAgain() {
        Hold released = granted(ledger.reserve(hold("t1")));
        var _ = ledger.release(TENANT, "t1", released.holdId()).join();
        Hold expired = granted(ledger.reserve(hold("t2")));
        clock.advance(TTL);

        assertThat(ledger.reserve(hold("t1")).join()).isEqualTo(new Reservation.HoldEnded(released.holdId()));
        assertThat(ledger.reserve(hold("t2")).join()).isEqualTo(new Reservation.HoldEnded(expired.holdId()));
        assertThat(ledger.budget(TENANT).heldNanoUsd()).isZero();
        assertThat(granted(ledger.reserve(hold("t1", 2, 1_000, 1_000))).holdId())
                .isEqualTo("t1/2");
        assertThat(ledger.turn(TENANT, "t2").orElseThrow().holds())
                .extracting(TurnHold::outcome)
                .containsExactly("expired");
    }

    @Test
    void aTurnThatWasSettledHoldsNothingMore() {
        Hold first = granted(ledger.reserve(hold("t1")));
        var _ = ledger.settle(settlement("t1", first.holdId(), TurnEnd.CLIENT_CANCELLED, THOUSAND))
                .join();
        var _ = ledger.settle(settlement("t2", "", TurnEnd.REJECTED, THOUSAND)).join();

        assertThat(ledger.reserve(hold("t1")).join()).isEqualTo(new Reservation.TurnSettled("t1"));
        assertThat(ledger.reserve(hold("t1", 2, 1_000, 1_000)).join()).isEqualTo(new Reservation.TurnSettled("t1"));
        assertThat(ledger.reserve(hold("t2")).join()).isEqualTo(new Reservation.TurnSettled("t2"));
        assertThat(ledger.budget(TENANT).heldNanoUsd()).isZero();
    }

    @Test
    void freeModelsNeedNoHoldEvenWithoutBudget() {
        ledger.setBudget(TENANT, 0, "test");
        HoldRequest local =
                new HoldRequest("t1", TENANT, "t1/1", "", "millrace-starter", 1_000, 1_000, TTL, true, false);
        HoldRequest unknown = new HoldRequest("t1", TENANT, "t1/2", "", "unheard-of", 1_000, 1_000, TTL, false, false);

        assertThat(granted(ledger.reserve(local)).holdId()).isEmpty();
        assertThat(granted(ledger.reserve(local)).outputTokenLimit()).isEqualTo(1_000);
        assertThat(ledger.reserve(unknown).join()).isEqualTo(new Reservation.PriceUnknown("unheard-of"));
    }

    @Test
    void expiredHoldsFreeThemselves() {
        IntStream.range(0, 10).forEach(i -> granted(ledger.reserve(hold("t" + i))));
        assertThat(ledger.reserve(hold("t10")).join()).isInstanceOf(Reservation.BudgetExhausted.class);

        clock.advance(TTL);

        assertThat(ledger.budget(TENANT).heldNanoUsd()).isZero();
        assertThat(granted(ledger.reserve(hold("t10"))).limitedByBudget()).isFalse();
        assertThat(ledger.budget(TENANT).heldNanoUsd()).isEqualTo(CENT);
    }

    @Test
    void releasesOnce() {
        Hold hold = granted(ledger.reserve(hold("t1")));

        assertThat(ledger.release(TENANT, "t1", hold.holdId()).join()).hasValue(CENT);
        assertThat(ledger.release(TENANT, "t1", hold.holdId()).join()).hasValue(0);
        assertThat(ledger.release(TENANT, "t1", "t1/9").join()).isEmpty();
        assertThat(ledger.release("other", "t1", hold.holdId()).join()).isEmpty();
        assertThat(ledger.budget(TENANT).heldNanoUsd()).isZero();
    }

    @Test
    void chargesWhatWasRelayedAndFreesEveryHoldOfTheTurn() {
        granted(ledger.reserve(hold("t1", 1, 1_000, 1_000)));
        Hold second = granted(ledger.reserve(hold("t1", 2, 1_000, 1_000)));

        Charge charge = settled(ledger.settle(
                settlement("t1", second.holdId(), TurnEnd.COMPLETED, Tokens.of(1_000, 250, Provenance.REPORTED))));

        assertThat(charge.chargedNanoUsd()).isEqualTo(4_000_000);
        assertThat(charge.priceVersion()).isEqualTo(second.priceVersion());
        Budget budget = ledger.budget(TENANT);
        assertThat(budget.spentNanoUsd()).isEqualTo(4_000_000);
        assertThat(budget.heldNanoUsd()).isZero();
    }

    @Test
    void neverChargesMoreThanTheHold() {
        Hold hold = granted(ledger.reserve(hold("t1")));

        Charge charge = settled(ledger.settle(
                settlement("t1", hold.holdId(), TurnEnd.COMPLETED, Tokens.of(9_000, 9_000, Provenance.REPORTED))));

        assertThat(charge.chargedNanoUsd()).isEqualTo(CENT);
    }

    @ParameterizedTest
    @EnumSource(TurnEnd.class)
    void chargesTheTenantOnlyForEndsThatAreNotTheOperators(TurnEnd end) {
        Hold hold = granted(ledger.reserve(hold("t1")));

        Charge charge = settled(ledger.settle(settlement("t1", hold.holdId(), end, THOUSAND)));

        boolean pays = switch (end) {
            case COMPLETED, CLIENT_CANCELLED, DEADLINE, READER_STALLED -> true;
            case UPSTREAM_FAILED, INTERRUPTED, REJECTED -> false;
        };
        assertThat(charge.chargedNanoUsd()).isEqualTo(pays ? CENT : 0);
        assertThat(ledger.budget(TENANT).spentNanoUsd()).isEqualTo(pays ? CENT : 0);
        assertThat(ledger.budget(TENANT).heldNanoUsd()).isZero();
    }

    @Test
    void tellsWhatALocalAnswerSaved() {
        Charge charge =
                settled(ledger.settle(settlement("t1", "", TurnEnd.COMPLETED, Tokens.of(14, 31, Provenance.REPORTED))));

        assertThat(charge.chargedNanoUsd()).isZero();
        assertThat(charge.savedNanoUsd()).isEqualTo(276_000);
        assertThat(charge.referenceModel()).isEqualTo(MODEL);
    }

    @Test
    void settlesATurnOnce() {
        Hold hold = granted(ledger.reserve(hold("t1")));
        Charge first = settled(ledger.settle(settlement("t1", hold.holdId(), TurnEnd.COMPLETED, THOUSAND)));
        clock.advance(Duration.ofSeconds(1));

        CompletableFuture<SettleOutcome> repeat =
                ledger.settle(settlement("t1", hold.holdId(), TurnEnd.UPSTREAM_FAILED, THOUSAND));
        SettleOutcome stranger = ledger.settle(settlement("other", "t1", "", TurnEnd.COMPLETED, THOUSAND))
                .join();

        assertThat(settled(repeat)).isEqualTo(first);
        assertThat(stranger).isEqualTo(new SettleOutcome.Conflict("tenant"));
        assertThat(ledger.budget(TENANT).spentNanoUsd()).isEqualTo(CENT);
    }

    @Test
    void aSettlementAfterExpiryNeverOvershootsTheBudget() {
        ledger.setBudget(TENANT, CENT, "test");
        Hold late = granted(ledger.reserve(hold("t1")));
        clock.advance(TTL);
        Hold next = granted(ledger.reserve(hold("t2")));

        Charge charge = settled(ledger.settle(settlement("t1", late.holdId(), TurnEnd.COMPLETED, THOUSAND)));
        settled(ledger.settle(settlement("t2", next.holdId(), TurnEnd.COMPLETED, THOUSAND)));

        assertThat(charge.chargedNanoUsd()).isZero();
        assertThat(ledger.budget(TENANT).spentNanoUsd()).isEqualTo(CENT);
    }

    @Test
    void aSettlementWhoseHoldWasLostIsRecordedWithinTheBudget() {
        ledger.setBudget(TENANT, CENT / 2, "test");

        Charge charge = settled(ledger.settle(settlement("t1", "t1/1", TurnEnd.COMPLETED, THOUSAND)));

        assertThat(charge.chargedNanoUsd()).isEqualTo(CENT / 2);
        assertThat(ledger.turn(TENANT, "t1")).isPresent();
    }

    @Test
    void chargesThePriceThatTheHoldPinned() {
        Hold hold = granted(ledger.reserve(hold("t1")));
        AttemptPhase.Call call = call("t1", 1, 1);
        ledger.record(new AttemptPhase.Started(call)).join();
        clock.advance(Duration.ofSeconds(1));
        ledger.putPrice(price(MODEL, 1, 1));

        long cost =
                ledger.record(ended(call, 1_000, 1_000, Provenance.REPORTED)).join();
        Charge charge = settled(ledger.settle(settlement("t1", hold.holdId(), TurnEnd.COMPLETED, THOUSAND)));

        assertThat(cost).isEqualTo(CENT);
        assertThat(charge.chargedNanoUsd()).isEqualTo(CENT);
        assertThat(charge.upstreamNanoUsd()).isEqualTo(CENT);
        assertThat(granted(ledger.reserve(hold("t2"))).amountNanoUsd()).isEqualTo(2_000_000);
    }

    @Test
    void aPriceOfTheFutureWaits() {
        PriceChange later = new PriceChange(
                MODEL,
                0,
                OptionalLong.empty(),
                0,
                OptionalLong.empty(),
                Optional.of(clock.instant().plus(Duration.ofHours(1))),
                "contract",
                "test");
        ledger.putPrice(later);

        assertThat(granted(ledger.reserve(hold("t1"))).amountNanoUsd()).isEqualTo(CENT);
        clock.advance(Duration.ofHours(1));
        assertThat(granted(ledger.reserve(hold("t2"))).holdId()).isEmpty();
    }

    @Test
    void offeredPricesCountWhenTheyChange() {
        ledger.offerPrices(List.of(price("m", 1, 1)));
        clock.advance(Duration.ofSeconds(1));
        ledger.putPrice(new PriceChange(
                "m", 5, OptionalLong.empty(), 5, OptionalLong.empty(), Optional.empty(), "contract", "ops"));
        clock.advance(Duration.ofSeconds(1));

        ledger.offerPrices(List.of(price("m", 1, 1)));
        long kept = ledger.prices().inForce("m", clock.instant()).orElseThrow().input();
        ledger.offerPrices(List.of(price("m", 2, 2)));
        long changed =
                ledger.prices().inForce("m", clock.instant()).orElseThrow().input();

        assertThat(kept).isEqualTo(5);
        assertThat(changed).isEqualTo(2_000_000_000);
    }

    @Test
    void aChargeBelongsToTheDayOfItsHold() {
        clock.advance(Duration.ofHours(12).minusSeconds(5));
        Hold hold = granted(ledger.reserve(hold("t1")));
        clock.advance(Duration.ofSeconds(10));

        settled(ledger.settle(settlement("t1", hold.holdId(), TurnEnd.COMPLETED, THOUSAND)));

        Budget today = ledger.budget(TENANT);
        assertThat(today.spentNanoUsd()).isZero();
        assertThat(today.heldNanoUsd()).isZero();
        assertThat(today.resetTime()).isEqualTo(Instant.parse("2026-03-03T00:00:00Z"));
        UsagePeriod both =
                new UsagePeriod(TENANT, Instant.EPOCH, clock.instant().plusSeconds(1));
        assertThat(ledger.report(both, Grouping.DAY).rows())
                .singleElement()
                .satisfies(row -> assertThat(row.group()).isEqualTo("2026-03-01"));
    }

    @Test
    void loweringABudgetRevokesNoHold() {
        Hold hold = granted(ledger.reserve(hold("t1")));

        Budget lowered = ledger.setBudget(TENANT, CENT / 4, "test");
        Reservation refused = ledger.reserve(hold("t2")).join();
        Charge charge = settled(ledger.settle(settlement("t1", hold.holdId(), TurnEnd.COMPLETED, THOUSAND)));

        assertThat(lowered.heldNanoUsd()).isEqualTo(CENT);
        assertThat(refused).isEqualTo(new Reservation.BudgetExhausted(CENT, 0, CENT / 4));
        assertThat(charge.chargedNanoUsd()).isEqualTo(CENT);
    }

    @Test
    void betterCountsSupersedeWorseOnesInAnyOrderAndNumber() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int turn = 0; turn < 50; turn++) {
            AttemptPhase.Call first = call("t" + turn, 1, 1);
            AttemptPhase.Call second = call("t" + turn, 1, 2);
            List<AttemptPhase> messages = new ArrayList<>(Stream.of(
                            new AttemptPhase.Started(first),
                            ended(first, 1_000, 400, Provenance.COUNTED),
                            ended(first, 1_000, 500, Provenance.REPORTED),
                            new AttemptPhase.Started(second),
                            ended(second, 1_000, 7, Provenance.ESTIMATED),
                            ended(second, 1_000, 0, Provenance.COUNTED))
                    .flatMap(message -> Collections.nCopies(1 + random.nextInt(10), message).stream())
                    .toList());
            Collections.shuffle(messages, random);

            messages.forEach(message -> ledger.record(message).join());

            TurnDetail found = ledger.turn(TENANT, "t" + turn).orElseThrow();
            assertThat(found.costs()).extracting(CostRow::costNanoUsd).containsExactly(6_000_000L, 2_000_000L);
            assertThat(found.costs())
                    .extracting(row -> row.tokens().output().orElseThrow())
                    .containsExactly(500L, 0L);
        }
    }

    @Test
    void eventsRepeatedAndShuffledGiveOneCharge() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Callable<Object>> events = new ArrayList<>();
        for (int turn = 0; turn < 8; turn++) {
            String id = "t" + turn;
            Hold hold = granted(ledger.reserve(hold(id)));
            AttemptPhase.Call call = call(id, 1, 1);
            for (int repeat = 0; repeat <= random.nextInt(10); repeat++) {
                events.add(() -> ledger.record(new AttemptPhase.Started(call)).join());
                events.add(() -> ledger.record(ended(call, 1_000, 1_000, Provenance.REPORTED))
                        .join());
                events.add(() -> ledger.settle(settlement(id, hold.holdId(), TurnEnd.COMPLETED, THOUSAND))
                        .join());
            }
        }
        Collections.shuffle(events, random);

        together(events);

        UsageRow total = ledger.report(today(), Grouping.MODEL).total();
        assertThat(total.requests()).isEqualTo(8);
        assertThat(total.chargedNanoUsd()).isEqualTo(8 * CENT);
        assertThat(total.upstreamNanoUsd()).isEqualTo(8 * CENT);
        assertThat(ledger.budget(TENANT).spentNanoUsd()).isEqualTo(8 * CENT);
        assertThat(ledger.budget(TENANT).heldNanoUsd()).isZero();
    }

    @Test
    void admitsExactlyAsManyEqualCallsAsThereIsMoneyFor() throws Exception {
        int money = 37;
        ledger.setBudget(TENANT, money * CENT, "test");
        AtomicInteger admitted = new AtomicInteger();
        List<Callable<Object>> calls = IntStream.range(0, 200)
                .mapToObj(i -> (Callable<Object>) () -> reserveAndSettle("t" + i, admitted))
                .toList();

        together(calls);

        assertThat(admitted).hasValue(money);
        assertThat(ledger.budget(TENANT).spentNanoUsd()).isEqualTo(money * CENT);
        assertThat(ledger.budget(TENANT).heldNanoUsd()).isZero();
    }

    private Object reserveAndSettle(String id, AtomicInteger admitted) {
        Reservation answer = ledger.reserve(hold(id)).join();
        if (answer instanceof Reservation.Granted granted) {
            admitted.incrementAndGet();
            ledger.settle(settlement(id, granted.hold().holdId(), TurnEnd.COMPLETED, THOUSAND))
                    .join();
        }
        return answer;
    }

    /** Each on a thread of its own, and all of them successfully. */
    private static void together(List<Callable<Object>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Object> call : threads.invokeAll(calls)) {
                call.get();
            }
        }
    }

    @Test
    void showsATurnToItsTenantOnlyByBothItsIds() {
        settled(ledger.settle(settlement("t1", "", TurnEnd.COMPLETED, THOUSAND)));
        ledger.record(new AttemptPhase.Started(call("t2", 1, 1))).join();

        TurnDetail byTurn = ledger.turn(TENANT, "t1").orElseThrow();

        assertThat(ledger.turn(TENANT, "req-t1")).contains(byTurn);
        assertThat(byTurn.decisionJson()).isEqualTo("{\"v\":1}");
        assertThat(byTurn.turn().state()).isEqualTo(TurnState.SETTLED);
        assertThat(ledger.turn(TENANT, "t2").orElseThrow().turn().state()).isEqualTo(TurnState.OPEN);
        assertThat(ledger.turn(TENANT, "t2").orElseThrow().costs())
                .singleElement()
                .satisfies(row -> assertThat(row.outcome()).isEqualTo("open"));
        for (String id : List.of("t1", "req-t1", "t2")) {
            assertThat(ledger.turn("other", id)).isEmpty();
        }
        assertThat(ledger.turn(TENANT, "")).isEmpty();
        UsagePeriod others = new UsagePeriod("other", today().start(), today().end());
        assertThat(ledger.turns(others, 10, "").items()).isEmpty();
        assertThat(ledger.report(others, Grouping.MODEL).total().requests()).isZero();
    }

    @Test
    void findsATurnByTheBeginningOfItsIdWhereOnlyOneBeginsSo() {
        String first = "0197c2e4-0a1b-7001-8000-000000000001";
        String second = "0197c2e4-0a1b-7002-8000-000000000002";
        settled(ledger.settle(settlement(first, "", TurnEnd.COMPLETED, THOUSAND)));
        settled(ledger.settle(settlement(second, "", TurnEnd.COMPLETED, THOUSAND)));

        assertThat(ledger.turn(TENANT, "0197c2e4-0a1b-7002")
                        .orElseThrow()
                        .turn()
                        .turnId())
                .isEqualTo(second);
        assertThat(ledger.turn(TENANT, "0197c2e4-0a1b")).isEmpty();
        assertThat(ledger.turn(TENANT, "0197c2e4")).isEmpty();
        assertThat(ledger.turn("other", "0197c2e4-0a1b-7002")).isEmpty();
    }

    @Test
    void tellsWhatWasHeldForEachAttemptOfATurn() {
        Hold failed = granted(ledger.reserve(hold("t1", 1, 1_000, 1_000)));
        ledger.release(TENANT, "t1", failed.holdId()).join();
        Hold answered = granted(ledger.reserve(hold("t1", 2, 1_000, 500)));

        assertThat(ledger.turn(TENANT, "t1").orElseThrow().holds())
                .containsExactly(
                        new TurnHold("t1/1", MODEL, failed.amountNanoUsd(), 1_000, "released"),
                        new TurnHold("t1/2", MODEL, answered.amountNanoUsd(), 500, "open"));
    }

    @Test
    void tellsWhatOfATurnsOutputNobodyGot() {
        AttemptPhase.Call givenUp = call("t1", 1, 1);
        AttemptPhase.Call cut = call("t1", 2, 1);
        ledger.record(new AttemptPhase.Started(givenUp)).join();
        ledger.record(ended(givenUp, 10, 7, Provenance.COUNTED)).join();
        ledger.record(new AttemptPhase.Started(cut)).join();
        ledger.record(ended(cut, 10, 30, Provenance.COUNTED)).join();
        settled(ledger.settle(settlement("t1", "", TurnEnd.CLIENT_CANCELLED, Tokens.of(10, 20, Provenance.COUNTED))));
        ledger.record(ended(cut, 10, 32, Provenance.REPORTED)).join();
        ledger.record(ended(call("t2", 1, 1), 10, 5, Provenance.COUNTED)).join();
        settled(ledger.settle(settlement("t2", "", TurnEnd.CLIENT_CANCELLED, Tokens.UNKNOWN)));
        ledger.record(ended(call("t3", 1, 1), 10, 5, Provenance.REPORTED)).join();
        settled(ledger.settle(settlement("t3", "", TurnEnd.COMPLETED, Tokens.of(10, 5, Provenance.REPORTED))));
        ledger.record(new AttemptPhase.Started(call("t4", 1, 1))).join();
        ledger.record(ended(call("t5", 1, 1), 10, 500, Provenance.COUNTED)).join();
        settled(ledger.settle(settlement("t5", "", TurnEnd.CLIENT_CANCELLED, Tokens.of(10, 3, Provenance.ESTIMATED))));

        assertThat(List.of("t1", "t2", "t3", "t4", "t5"))
                .extracting(id -> ledger.turn(TENANT, id).orElseThrow().turn().wastedOutputTokens())
                .containsExactly(
                        OptionalLong.of(19),
                        OptionalLong.of(5),
                        OptionalLong.of(0),
                        OptionalLong.empty(),
                        OptionalLong.of(0));
        UsageReport byEnd = ledger.report(today(), Grouping.END);
        assertThat(byEnd.rows()).extracting(UsageRow::wastedOutputTokens).containsExactly(24L, 0L);
        assertThat(byEnd.total().wastedOutputTokens()).isEqualTo(24);
    }

    @Test
    void keepsAnExplicitZeroApartFromTheUnknown() {
        settled(ledger.settle(settlement("t1", "", TurnEnd.COMPLETED, Tokens.of(0, 0, Provenance.REPORTED))));
        settled(ledger.settle(settlement("t2", "", TurnEnd.COMPLETED, Tokens.UNKNOWN)));

        assertThat(ledger.turn(TENANT, "t1").orElseThrow().turn().tokens().output())
                .hasValue(0);
        assertThat(ledger.turn(TENANT, "t2").orElseThrow().turn().tokens().output())
                .isEmpty();
    }

    @Test
    void listsNewestFirstPageByPage() {
        for (int i = 0; i < 25; i++) {
            settled(ledger.settle(settlement("t" + (10 + i), "", TurnEnd.COMPLETED, THOUSAND)));
            if (i % 4 == 0) {
                clock.advance(Duration.ofMillis(1));
            }
        }

        List<String> seen = new ArrayList<>();
        String token = "";
        int pages = 0;
        do {
            Page<Turn> page = ledger.turns(today(), 10, token);
            page.items().forEach(turn -> seen.add(turn.turnId()));
            token = page.nextToken();
            pages++;
        } while (!token.isEmpty());

        assertThat(pages).isEqualTo(3);
        assertThat(seen)
                .isEqualTo(IntStream.range(0, 25).mapToObj(i -> "t" + (34 - i)).toList());
    }

    @Test
    void sumsByModelTierAndEnd() {
        Hold hold = granted(ledger.reserve(hold("c1")));
        AttemptPhase.Call call = call("c1", 1, 1);
        ledger.record(new AttemptPhase.Started(call)).join();
        settled(ledger.settle(settlement("c1", hold.holdId(), TurnEnd.COMPLETED, THOUSAND)));
        ledger.record(ended(call, 1_000, 1_000, Provenance.REPORTED)).join();
        settled(ledger.settle(settlement("l1", "", TurnEnd.COMPLETED, THOUSAND)));
        settled(ledger.settle(settlement("l2", "", TurnEnd.CLIENT_CANCELLED, THOUSAND)));

        UsageReport byModel = ledger.report(today(), Grouping.MODEL);

        assertThat(byModel.rows()).extracting(UsageRow::group).containsExactly("millrace-starter", MODEL);
        assertThat(byModel.rows()).extracting(UsageRow::route).containsExactly("local", "cloud");
        assertThat(byModel.rows()).extracting(UsageRow::requests).containsExactly(2L, 1L);
        assertThat(byModel.rows()).extracting(UsageRow::failedRequests).containsExactly(1L, 0L);
        assertThat(byModel.rows()).extracting(UsageRow::chargedNanoUsd).containsExactly(0L, CENT);
        assertThat(byModel.rows()).extracting(UsageRow::upstreamNanoUsd).containsExactly(0L, CENT);
        assertThat(byModel.rows()).extracting(UsageRow::savedNanoUsd).containsExactly(2 * CENT, 0L);
        assertThat(byModel.total().inputTokens()).isEqualTo(3_000);
        assertThat(byModel.total().firstTokenP95().orElseThrow())
                .isBetween(Duration.ofMillis(19), Duration.ofMillis(21));
        assertThat(ledger.report(today(), Grouping.TIER).rows())
                .extracting(UsageRow::group)
                .containsExactly("trivial");
        assertThat(ledger.report(today(), Grouping.END).rows())
                .extracting(UsageRow::group)
                .containsExactly("COMPLETED", "CLIENT_CANCELLED");
    }

    protected final UsagePeriod today() {
        return new UsagePeriod(
                TENANT, Instant.parse("2026-03-01T00:00:00Z"), clock.instant().plusSeconds(1));
    }
}
