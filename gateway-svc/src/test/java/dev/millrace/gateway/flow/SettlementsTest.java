package dev.millrace.gateway.flow;

import dev.millrace.gateway.Ledger;
import dev.millrace.gateway.TurnResult.Cost;
import dev.millrace.gateway.telemetry.WatchedLedger;
import io.grpc.Deadline;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

final class SettlementsTest {

    private final SwitchedLedger ledger = new SwitchedLedger();

    @Test
    void keepsRowsWhileBillingIsAwayAndSettlesEachOnceAfterwards() {
        try (Settlements settlements = settlements(10)) {
            ledger.open = false;
            var first = settlements.settle(settlement("a"));
            var second = settlements.settle(settlement("b"));
            await().until(() -> settlements.waiting() == 2);

            ledger.open = true;

            await().until(() -> settlements.waiting() == 0);
            assertThat(ledger.settled).containsExactlyInAnyOrder("a", "b");
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();
            assertThat(settlements.dropped()).isZero();
        }
    }

    @Test
    void aRowThatAlwaysFailsHoldsUpNobody() {
        try (Settlements settlements = settlements(10)) {
            ledger.open = false;
            ledger.poison = "a";
            var poison = settlements.settle(settlement("a"));
            await().until(() -> settlements.waiting() == 1);
            var second = settlements.settle(settlement("b"));
            var third = settlements.settle(settlement("c"));
            await().until(() -> settlements.waiting() == 3);

            ledger.open = true;

            await().until(() -> settlements.waiting() == 1);
            assertThat(ledger.settled).containsExactlyInAnyOrder("b", "c");
            assertThat(poison).isNotDone();
            assertThat(List.of(second, third)).noneMatch(future -> future.isDone());
        }
    }

    @Test
    void aRoundGoesOnBehindARowThatFails() {
        Settlements settlements = settlements(10, Duration.ofHours(1));
        ledger.open = false;
        for (String turn : List.of("a", "b", "c")) {
            var _ = settlements.settle(settlement(turn));
            await().until(() -> ledger.calls.contains(turn));
            await().until(() -> settlements.waiting() == ledger.calls.size());
        }
        ledger.open = true;
        ledger.poison = "a";

        settlements.close();

        assertThat(ledger.settled).containsExactly("b", "c");
        assertThat(settlements.waiting()).isEqualTo(1);
    }

    @Test
    void billingThatIsAwayIsAskedAFewTimesARoundAndNotForEachRow() {
        Settlements settlements = settlements(100, Duration.ofHours(1));
        ledger.open = false;
        for (int i = 0; i < 50; i++) {
            var _ = settlements.settle(settlement("t" + i));
        }
        await().until(() -> settlements.waiting() == 50);
        ledger.calls.clear();

        settlements.close();

        assertThat(ledger.calls).hasSize(4);
        assertThat(settlements.waiting()).isEqualTo(50);
    }

    @Test
    void countsWhatItMustDrop() {
        try (Settlements settlements = settlements(1)) {
            ledger.open = false;
            var kept = settlements.settle(settlement("a"));
            await().until(() -> settlements.waiting() == 1);

            var dropped = settlements.settle(settlement("b"));

            await().until(() -> settlements.dropped() == 1);
            assertThat(kept).isNotDone();
            assertThat(dropped).isNotDone();
            assertThat(settlements.waiting()).isEqualTo(1);
        }
    }

    @Test
    void whatIsTooOldIsDroppedUnaskedWhereverItStands() {
        AtomicLong nanos = new AtomicLong();
        Settlements settlements = new Settlements(
                ledger,
                new Settlements.Bounds(10, Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofSeconds(20)),
                nanos::get);
        ledger.open = false;
        keep(settlements, "old");
        nanos.addAndGet(Duration.ofMinutes(5).toNanos());
        for (int i = 0; i < 8; i++) {
            keep(settlements, "young" + i);
        }
        settlements.close();
        assertThat(settlements.dropped()).isZero();
        ledger.calls.clear();
        nanos.addAndGet(Duration.ofMinutes(6).toNanos());

        settlements.close();

        assertThat(settlements.dropped()).isEqualTo(1);
        assertThat(settlements.waiting()).isEqualTo(8);
        assertThat(ledger.calls).doesNotContain("old");
    }

    private static void keep(Settlements settlements, String turn) {
        int before = settlements.waiting();
        var _ = settlements.settle(settlement(turn));
        await().until(() -> settlements.waiting() == before + 1);
    }

    @Test
    void neverRepeatsWhatBillingWillNeverTake() {
        try (Settlements settlements = settlements(10)) {
            ledger.refuses = true;

            var refused = settlements.settle(settlement("a"));

            await().until(() -> settlements.dropped() == 1);
            assertThat(refused).isNotDone();
            assertThat(settlements.waiting()).isZero();
        }
    }

    /** Telemetry around the ledger must not hide what the ledger said. */
    @Test
    void neverRepeatsItWhereTheLedgerIsWatchedEither() {
        Meter meter = MeterProvider.noop().get("test");
        Settlements.Bounds bounds =
                new Settlements.Bounds(10, Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofSeconds(20));
        try (Settlements settlements = new Settlements(new WatchedLedger(ledger, meter), bounds)) {
            ledger.refuses = true;

            var refused = settlements.settle(settlement("a"));

            await().until(() -> settlements.dropped() == 1);
            assertThat(refused).isNotDone();
            assertThat(settlements.waiting()).isZero();
        }
    }

    @Test
    void aCostIsToldAtOnceAndSettledAgainWhereItWasNotMadeSafe() {
        try (Settlements settlements = settlements(10)) {
            ledger.losesPower = true;

            assertThat(settlements.settle(settlement("a"))).succeedsWithin(Duration.ofSeconds(20));

            await().until(() -> ledger.settled.equals(List.of("a")));
            assertThat(ledger.calls).containsExactly("a", "a");
            await().until(() -> settlements.waiting() == 0);
        }
    }

    @Test
    void closingWaitsForWhatIsBeingSettled() throws Exception {
        Settlements settlements = settlements(10);
        ledger.gate = new CountDownLatch(1);
        var _ = settlements.settle(settlement("a"));

        Thread closing = Thread.ofVirtual().start(settlements::close);

        assertThat(closing.join(Duration.ofMillis(200))).isFalse();
        ledger.gate.countDown();
        assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
        assertThat(ledger.settled).containsExactly("a");
    }

    private Settlements settlements(int rowsMax) {
        return settlements(rowsMax, Duration.ofMillis(20));
    }

    private Settlements settlements(int rowsMax, Duration retryEvery) {
        return new Settlements(
                ledger, new Settlements.Bounds(rowsMax, Duration.ofMinutes(1), retryEvery, Duration.ofSeconds(20)));
    }

    private static Ledger.Settlement settlement(String turnId) {
        return new Ledger.Settlement(
                turnId,
                "local",
                "",
                "",
                "",
                "",
                Ledger.End.COMPLETED,
                Optional.empty(),
                "m",
                "local",
                "e",
                "trivial",
                "",
                Optional.empty(),
                Duration.ZERO,
                Map.of());
    }

    /** A ledger that is open or away. */
    private static final class SwitchedLedger implements Ledger {
        private final List<String> settled = new CopyOnWriteArrayList<>();
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private volatile boolean open = true;
        private volatile String poison = "";
        private volatile boolean refuses;
        private volatile boolean losesPower;
        private volatile CountDownLatch gate = new CountDownLatch(0);

        @Override
        public Reservation reserve(Ask ask, Deadline deadline) {
            return new Away("not used", Map.of());
        }

        @Override
        public OptionalDouble budgetShare(String tenant, Deadline deadline) {
            return OptionalDouble.empty();
        }

        @Override
        public void release(String tenant, String turnId, String holdId, Deadline deadline) {}

        @Override
        public CompletableFuture<Cost> settle(Settlement settlement, Deadline deadline, Consumer<Cost> told) {
            CompletableFuture<Cost> safe = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                awaitGate();
                calls.add(settlement.turnId());
                if (refuses || !open || settlement.turnId().equals(poison)) {
                    safe.completeExceptionally(new NotSettled("away", !refuses));
                    return;
                }
                Cost cost = new Cost(0, 0, 0, "gpt-4.1", "");
                told.accept(cost);
                if (losesPower) {
                    losesPower = false;
                    safe.completeExceptionally(new NotSettled("the disk failed while syncing", true));
                    return;
                }
                settled.add(settlement.turnId());
                safe.complete(cost);
            });
            return safe;
        }

        private void awaitGate() {
            try {
                gate.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
