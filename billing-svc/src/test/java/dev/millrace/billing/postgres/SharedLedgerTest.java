package dev.millrace.billing.postgres;

import dev.millrace.billing.AttemptPhase;
import dev.millrace.billing.CostRow;
import dev.millrace.billing.Grouping;
import dev.millrace.billing.Hold;
import dev.millrace.billing.HoldRequest;
import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.ManualClock;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Reservation;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.TurnDetail;
import dev.millrace.billing.TurnEnd;
import dev.millrace.billing.TurnState;
import dev.millrace.billing.UsagePeriod;
import dev.millrace.billing.UsageRow;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.millrace.billing.Samples.MODEL;
import static dev.millrace.billing.Samples.TENANT;
import static dev.millrace.billing.Samples.call;
import static dev.millrace.billing.Samples.ended;
import static dev.millrace.billing.Samples.granted;
import static dev.millrace.billing.Samples.hold;
import static dev.millrace.billing.Samples.settled;
import static dev.millrace.billing.Samples.settlement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Several processes of billing on one database. */
@Timeout(300)
final class SharedLedgerTest {
    private static final long CENT = 10_000_000;
    private static final Tokens THOUSAND = Tokens.of(1_000, 1_000, Provenance.REPORTED);

    private final PostgresPlace place = TestServer.database();
    private final List<PostgresLedger> ledgers = new ArrayList<>();

    @AfterEach
    void close() {
        ledgers.forEach(Ledger::close);
    }

    @Test
    void threeProcessesAdmitExactlyAsManyEqualCallsAsThereIsMoneyFor() throws Exception {
        int money = 137;
        open(3, money * CENT);
        AtomicInteger admitted = new AtomicInteger();
        List<Callable<Object>> calls = IntStream.range(0, 600)
                .mapToObj(i -> (Callable<Object>) () -> reserveAndSettle(ledgers.get(i % 3), "t" + i, admitted))
                .toList();

        together(calls);

        assertThat(admitted).hasValue(money);
        for (Ledger ledger : ledgers) {
            assertThat(ledger.budget(TENANT).spentNanoUsd()).isEqualTo(money * CENT);
            assertThat(ledger.budget(TENANT).heldNanoUsd()).isZero();
        }
        audit();
    }

    private static Object reserveAndSettle(Ledger ledger, String id, AtomicInteger admitted) {
        Reservation answer = ledger.reserve(hold(id)).join();
        if (answer instanceof Reservation.Granted granted) {
            admitted.incrementAndGet();
            settled(ledger.settle(settlement(id, granted.hold().holdId(), TurnEnd.COMPLETED, THOUSAND)));
        }
        return answer;
    }

    @Test
    void eventsRepeatedAndShuffledOverThreeProcessesGiveOneCharge() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        open(3, 1_000 * CENT);
        List<Callable<Object>> events = new ArrayList<>();
        for (int turn = 0; turn < 40; turn++) {
            String id = "t" + turn;
            Hold hold = granted(ledgers.getFirst().reserve(hold(id)));
            AttemptPhase.Call call = call(id, 1, 1);
            for (int repeat = 0; repeat <= random.nextInt(10); repeat++) {
                Ledger ledger = ledgers.get(random.nextInt(3));
                events.add(() -> ledger.record(new AttemptPhase.Started(call)).join());
                events.add(() -> ledger.record(ended(call, 1_000, 500, Provenance.COUNTED))
                        .join());
                events.add(() -> ledger.record(ended(call, 1_000, 1_000, Provenance.REPORTED))
                        .join());
                events.add(() -> ledger.settle(settlement(id, hold.holdId(), TurnEnd.COMPLETED, THOUSAND))
                        .join());
            }
        }
        Collections.shuffle(events, random);

        together(events);

        UsageRow total = ledgers.get(1).report(lastHour(), Grouping.MODEL).total();
        assertThat(total.requests()).isEqualTo(40);
        assertThat(total.chargedNanoUsd()).isEqualTo(40 * CENT);
        assertThat(total.upstreamNanoUsd()).isEqualTo(40 * CENT);
        audit();
    }

    @Test
    void aPriceOfOneProcessIsKnownToTheOther() {
        open(2, 1_000 * CENT);
        ledgers.getFirst().putPrice(Samples.price("new", 2, 8));
        Hold hold = granted(ledgers.getFirst()
                .reserve(new HoldRequest("t1", TENANT, "t1/1", "", "new", 1_000, 1_000, Samples.TTL, false, false)));

        var charge = settled(ledgers.getLast()
                .settle(settlement(
                        "t1", hold.holdId(), TurnEnd.COMPLETED, Tokens.of(1_000, 250, Provenance.REPORTED))));

        assertThat(charge.priceVersion()).isEqualTo(hold.priceVersion());
        assertThat(charge.chargedNanoUsd()).isEqualTo(4_000_000);
        assertThat(ledgers.getLast().prices().version(hold.priceVersion())).isPresent();
    }

    @Test
    void processesThatStartTogetherOfferTheirPricesOnce() throws Exception {
        together(IntStream.range(0, 4)
                .mapToObj(i -> (Callable<Object>) () -> {
                    PostgresLedger ledger = PostgresLedger.open(place, new LedgerTerms(CENT, MODEL));
                    synchronized (ledgers) {
                        ledgers.add(ledger);
                    }
                    ledger.offerPrices(List.of(Samples.price()));
                    return ledger;
                })
                .toList());

        try (Connection other = TestServer.connect(place)) {
            assertThat(Audit.number(other, "SELECT COUNT(*) FROM billing.price"))
                    .isEqualTo(1);
            assertThat(Audit.number(other, "SELECT COUNT(*) FROM billing.layout"))
                    .isEqualTo(2);
        }
    }

    @Test
    void onlyTheTurnsOfADeadProcessAreClosed() throws Exception {
        ManualClock time = new ManualClock();
        PostgresLedger living = open(time);
        PostgresLedger watching = open(time);
        begin(living, "alive");
        granted(living.reserve(Samples.begun("aliveheld")));
        DoomedProcess.killAfter(DoomedProcess.start(place, "dead", 10_000_000 * CENT), 1);

        for (int beat = 0; beat < 6; beat++) {
            time.advance(Duration.ofSeconds(4));
            living.beat();
            watching.beat();
        }

        for (String open : List.of("deadcut", "deadheld")) {
            TurnDetail lost = watching.turn(TENANT, open).orElseThrow();
            assertThat(lost.turn().state()).isEqualTo(TurnState.RECOVERED);
            assertThat(lost.costs()).singleElement().satisfies(row -> {
                assertThat(row.outcome()).isEqualTo("PROCESS_LOST");
                assertThat(row.costNanoUsd()).isEqualTo(2_000_000);
            });
        }
        TurnDetail alive = watching.turn(TENANT, "alive").orElseThrow();
        assertThat(alive.turn().state()).isEqualTo(TurnState.OPEN);
        assertThat(alive.costs()).extracting(CostRow::outcome).containsExactly("open");
        TurnDetail held = watching.turn(TENANT, "aliveheld").orElseThrow();
        assertThat(held.turn().state()).isEqualTo(TurnState.OPEN);
        assertThat(held.costs()).isEmpty();
    }

    @Test
    void nobodyIsTakenForDeadByOneWhoWasAwayHimself() {
        ManualClock time = new ManualClock();
        PostgresLedger silent = open(time);
        PostgresLedger first = open(time);
        begin(silent, "t1");

        time.advance(Duration.ofMinutes(5));
        first.beat();
        time.advance(Duration.ofSeconds(5));
        first.beat();
        silent.beat();
        time.advance(Duration.ofSeconds(6));
        first.beat();
        time.advance(Duration.ofSeconds(6));
        first.beat();

        assertThat(first.turn(TENANT, "t1").orElseThrow().turn().state()).isEqualTo(TurnState.OPEN);
    }

    @Test
    void whatAProcessLeftOpenIsClosedWhenTheNextOneStarts() {
        open(1, 1_000 * CENT);
        begin(ledgers.getFirst(), "t1");
        ledgers.removeFirst().close();

        open(1, 1_000 * CENT);

        assertThat(ledgers.getFirst().turn(TENANT, "t1").orElseThrow().turn().state())
                .isEqualTo(TurnState.RECOVERED);
        Tokens half = Tokens.of(1_000, 500, Provenance.REPORTED);
        ledgers.getFirst()
                .record(ended(call("t1", 1, 1), 1_000, 500, Provenance.REPORTED))
                .join();
        var charge = settled(ledgers.getFirst().settle(settlement("t1", "t1/1", TurnEnd.COMPLETED, half)));
        assertThat(charge.chargedNanoUsd()).isEqualTo(6_000_000);
        assertThat(charge.upstreamNanoUsd()).isEqualTo(6_000_000);
    }

    @Test
    void killedProcessesLoseNothingThatTheyAcknowledgedAndTheMoneyIsRight() throws Exception {
        open(new ManualClock());
        Process first = DoomedProcess.start(place, "a", 10_000_000 * CENT);
        Process second = DoomedProcess.start(place, "b", 10_000_000 * CENT);

        List<String> acknowledged = Stream.concat(
                        DoomedProcess.killAfter(first, 20).stream(), DoomedProcess.killAfter(second, 20).stream())
                .toList();

        Ledger survivor = ledgers.getFirst();
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(40).allSatisfy(id -> {
            TurnDetail turn = survivor.turn(TENANT, id).orElseThrow();
            assertThat(turn.turn().state()).isEqualTo(TurnState.SETTLED);
            assertThat(turn.turn().charge().chargedNanoUsd()).isEqualTo(CENT);
        });
        audit();
    }

    @Test
    void aProcessThatStopsInTheMiddleHoldsUpTheOthersForSecondsOnly() throws Exception {
        open(new ManualClock());
        Process stopped = DoomedProcess.start(place, "a", 10_000_000 * CENT);
        try {
            assertThat(stopped.inputReader().readLine()).isEqualTo("begun acut");
            assertThat(stopped.inputReader().readLine()).startsWith("settled ");
            signal(stopped, "STOP");

            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptionsMatching(e -> e.getCause() instanceof LedgerUnavailableException)
                    .until(() -> ledgers.getFirst().reserve(hold("t1")).join() instanceof Reservation.Granted);

            signal(stopped, "CONT");
            // Whatever it was in the middle of, it goes on or is told that nothing was written; then it is killed.
            stopped.inputReader().readLine();
        } finally {
            stopped.destroyForcibly();
        }
        audit();
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void begin(Ledger ledger, String id) {
        granted(ledger.reserve(hold(id)));
        ledger.record(new AttemptPhase.Started(call(id, 1, 1))).join();
    }

    private PostgresLedger open(ManualClock time) {
        PostgresLedger ledger =
                PostgresLedger.open(place, new LedgerTerms(10_000_000 * CENT, MODEL), new ManualDatabaseClock(time));
        ledgers.add(ledger);
        ledger.offerPrices(List.of(Samples.price()));
        return ledger;
    }

    private void open(int count, long dailyNanoUsd) {
        for (int i = 0; i < count; i++) {
            ledgers.add(PostgresLedger.open(place, new LedgerTerms(dailyNanoUsd, MODEL)));
        }
        ledgers.getFirst().offerPrices(List.of(Samples.price()));
        ledgers.forEach(PostgresLedger::beat);
    }

    private void audit() throws Exception {
        try (Connection other = TestServer.connect(place)) {
            Audit.check(other);
        }
    }

    private static UsagePeriod lastHour() {
        Instant now = Instant.now();
        return new UsagePeriod(TENANT, now.minus(Duration.ofHours(1)), now.plusSeconds(60));
    }

    /** Each on a thread of its own, and all of them successfully. */
    private static void together(List<Callable<Object>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Object> call : threads.invokeAll(calls)) {
                call.get();
            }
        }
    }
}
