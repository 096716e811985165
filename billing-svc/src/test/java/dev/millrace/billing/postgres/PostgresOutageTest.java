package dev.millrace.billing.postgres;

import dev.millrace.billing.Charge;
import dev.millrace.billing.Hold;
import dev.millrace.billing.HoldRequest;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.TurnEnd;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What a server of its own does to billing when it breaks connections, crashes, stops, and comes back. */
@Timeout(300)
final class PostgresOutageTest {
    private static final long CENT = 10_000_000;
    private static final Tokens THOUSAND = Tokens.of(1_000, 1_000, Provenance.REPORTED);
    private static final int CALLERS = 8;
    private static final long PAUSE_NANOS = 1_000_000;

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private EmbeddedPostgres server;
    private PostgresPlace place;
    private PostgresLedger ledger;

    @BeforeEach
    void open() throws IOException {
        server = start(0);
        place = TestServer.place(TestServer.url(server.getPort(), "postgres"));
        ledger = PostgresLedger.open(place, new LedgerTerms(1_000_000 * CENT, Samples.MODEL));
        ledger.putPrice(Samples.price());
    }

    private EmbeddedPostgres start(int port) throws IOException {
        EmbeddedPostgres.Builder builder =
                TestServer.builder().setDataDirectory(folder.resolve("data")).setCleanDataDirectory(false);
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    @AfterEach
    void close() throws IOException {
        ledger.close();
        threads.close();
        server.close();
    }

    @Test
    void brokenConnectionsCostNothingButARepeat() throws Exception {
        try (Load load = new Load()) {
            for (int round = 0; round < 5; round++) {
                load.awaitSettled(20);
                end("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        + " WHERE application_name = 'millrace-billing'");
            }
            load.awaitSettled(20);
        }

        audit();
    }

    @Test
    void acknowledgedChargesSurviveACrashOfTheServer() throws Exception {
        Set<String> acknowledged;
        try (Load load = new Load()) {
            for (int round = 0; round < 2; round++) {
                load.awaitSettled(30);
                // The server answers the death of one of its processes by ending all, and recovers from its log.
                end(
                        "SELECT MIN(pid) FROM pg_stat_activity WHERE application_name = 'millrace-billing'",
                        pid -> ProcessHandle.of(pid).orElseThrow().destroyForcibly());
                load.awaitSettled(30);
            }
            acknowledged = load.settled;
        }

        assertThat(acknowledged)
                .hasSizeGreaterThanOrEqualTo(120)
                .allSatisfy(id -> assertThat(ledger.turn(Samples.TENANT, id)).isPresent());
        audit();
    }

    @Test
    void aServerThatIsAwayIsRefusedAndUsedAgainWhenItIsBack() throws Exception {
        settle("before");
        int port = server.getPort();

        server.close();
        assertThatThrownBy(() -> ledger.reserve(Samples.hold("away")).join())
                .hasCauseInstanceOf(LedgerUnavailableException.class);
        assertThatThrownBy(() -> ledger.budget(Samples.TENANT))
                .isInstanceOf(LedgerUnavailableException.class)
                .hasMessageContaining(place.url());
        HoldRequest free = new HoldRequest(
                "f", Samples.TENANT, "f/1", "", "millrace-starter", 1_000, 1_000, Samples.TTL, true, false);
        assertThat(Samples.granted(ledger.reserve(free)).amountNanoUsd()).isZero();
        assertThat(ledger.isAtHand()).as("a restart is not told").isTrue();
        await().atMost(Duration.ofSeconds(30)).until(() -> !ledger.isAtHand());
        server = start(port);

        await().atMost(Duration.ofSeconds(30)).until(ledger::isAtHand);
        Hold hold = await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsMatching(e -> e.getCause() instanceof LedgerUnavailableException)
                .until(() -> Samples.granted(ledger.reserve(Samples.hold("after"))), _ -> true);
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsMatching(e -> e.getCause() instanceof LedgerUnavailableException)
                .untilAsserted(() -> settle("after", hold));
        assertThat(ledger.turn(Samples.TENANT, "before")).isPresent();
        assertThat(ledger.turn(Samples.TENANT, "after")).isPresent();
        audit();
    }

    private void settle(String id) {
        settle(id, Samples.granted(ledger.reserve(Samples.hold(id))));
    }

    private void settle(String id, Hold hold) {
        Samples.settled(ledger.settle(Samples.settlement(id, hold.holdId(), TurnEnd.COMPLETED, THOUSAND)));
    }

    private void end(String query) throws SQLException {
        end(query, _ -> {});
    }

    private void end(String query, LongConsumer action) throws SQLException {
        try (Connection other = TestServer.connect(place)) {
            action.accept(Audit.number(other, query));
        }
    }

    private void audit() {
        // A crash may end this connection too.
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .untilAsserted(() -> {
                    try (Connection other = TestServer.connect(place)) {
                        Audit.check(other);
                    }
                });
    }

    /** Callers that bill without an end, and repeat what was refused until it is answered, as gateways do. */
    private final class Load implements AutoCloseable {
        private final Set<String> settled = ConcurrentHashMap.newKeySet();
        private final AtomicInteger ids = new AtomicInteger();
        private final AtomicBoolean ending = new AtomicBoolean();
        private final List<CompletableFuture<Void>> callers = IntStream.range(0, CALLERS)
                .mapToObj(_ -> CompletableFuture.runAsync(this::run, threads))
                .toList();

        private void run() {
            while (!ending.get()) {
                bill("t" + ids.incrementAndGet());
            }
        }

        private void bill(String id) {
            Hold hold = repeat(() -> Samples.granted(ledger.reserve(Samples.hold(id))));
            Charge charge = repeat(() ->
                    Samples.settled(ledger.settle(Samples.settlement(id, hold.holdId(), TurnEnd.COMPLETED, THOUSAND))));
            assertThat(charge.chargedNanoUsd()).isEqualTo(CENT);
            settled.add(id);
        }

        private <T> T repeat(Supplier<T> call) {
            while (true) {
                try {
                    return call.get();
                } catch (CompletionException e) {
                    assertThat(e).hasCauseInstanceOf(LedgerUnavailableException.class);
                    // As a caller that backs off; what is waited for is told by the answer.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }

        void awaitSettled(int more) {
            int before = settled.size();
            await().atMost(Duration.ofMinutes(2))
                    .until(() ->
                            settled.size() >= before + more || callers.stream().anyMatch(CompletableFuture::isDone));
        }

        @Override
        public void close() {
            ending.set(true);
            callers.forEach(CompletableFuture::join);
        }
    }
}
