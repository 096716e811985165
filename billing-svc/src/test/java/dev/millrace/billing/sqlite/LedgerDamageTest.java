package dev.millrace.billing.sqlite;

import dev.millrace.billing.HoldRequest;
import dev.millrace.billing.LedgerStartException;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.ManualClock;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.TurnEnd;
import dev.millrace.billing.grpc.BillingGrpcService;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.testing.GrpcExtension;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** A ledger too large to be checked before the start, with a page overwritten: found while it serves, and nothing is lost. */
final class LedgerDamageTest {
    private static final LedgerTerms TERMS = new LedgerTerms(1_000_000_000, Samples.MODEL);
    private static final long BOUND = 512L << 10;
    private static final CheckPlan AT_ONCE = new CheckPlan(BOUND, Duration.ZERO);
    private static final Tokens TEN = Tokens.of(10, 10, Provenance.REPORTED);

    @RegisterExtension
    final GrpcExtension grpc = new GrpcExtension();

    @TempDir
    Path folder;

    @Test
    void isFoundWhileItServesInAFileOfMoreThanTheShippedBound() throws Exception {
        long bound = CheckPlan.USUAL.beforeStartBytesMax();
        Path path = damaged(largerThan(bound));

        try (SqliteLedger ledger = open(path, new CheckPlan(bound, Duration.ZERO))) {
            awaitCheck(ledger);

            assertThat(ledger.damage())
                    .hasValueSatisfying(told -> assertThat(told)
                            .startsWith("it is damaged (")
                            .contains(
                                    "End Millrace. Move it aside together with its -wal and -shm files, of which the first may hold charges (mv "
                                            + path));
        }
    }

    @Test
    void nothingIsSetAsideAnyMoreButWhatWasBegunIsKeptAndTheFileIsAsItWasFound() throws Exception {
        Path path = damaged(largerThan(BOUND));
        Path before = Files.copy(path, folder.resolve("before.db"));

        try (SqliteLedger ledger = open(path, AT_ONCE)) {
            awaitCheck(ledger);

            assertThatThrownBy(() -> ledger.reserve(Samples.hold("later")).join())
                    .cause()
                    .asInstanceOf(InstanceOfAssertFactories.type(LedgerUnavailableException.class))
                    .satisfies(refusal -> assertThat(refusal.reason()).startsWith("it is damaged ("));
            assertThat(Samples.granted(ledger.reserve(free("free"))).holdId()).isEmpty();
            settle(ledger, "begun", "begun/1");
            settle(ledger, "local", "");
            assertThat(ledger.turn(Samples.TENANT, "begun")).isPresent();
        }

        assertThat(Files.mismatch(before, path)).isEqualTo(-1);
        assertThat(chargesOfTheFileWithItsLog(path)).containsExactlyInAnyOrder("begun", "local");
    }

    /** In a ledger that was sound when it started, and too small to be looked at again. */
    @Test
    void aPageThatBreaksLaterIsFoundByWhoeverNeedsIt() throws Exception {
        Path path = largerThan(BOUND);
        long charges = rootPage(path, "charge");

        try (SqliteLedger ledger = open(path, CheckPlan.USUAL)) {
            Pages.overwrite(path, charges);
            Files.copy(path, folder.resolve("found.db"));

            assertThatThrownBy(() -> ledger.turn(Samples.TENANT, "begun"))
                    .asInstanceOf(InstanceOfAssertFactories.type(LedgerUnavailableException.class))
                    .satisfies(refusal -> assertThat(refusal.reason()).startsWith("the file is damaged"));

            assertThat(ledger.damage()).isPresent();
            assertThatThrownBy(() -> ledger.reserve(Samples.hold("later")).join())
                    .cause()
                    .asInstanceOf(InstanceOfAssertFactories.type(LedgerUnavailableException.class))
                    .satisfies(refusal -> assertThat(refusal.reason()).startsWith("it is damaged ("));
        }

        assertThat(Files.mismatch(folder.resolve("found.db"), path)).isEqualTo(-1);
        assertThatThrownBy(() -> open(path, CheckPlan.USUAL))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("Nothing was changed");
    }

    private static long rootPage(Path path, String table) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT rootpage FROM sqlite_master WHERE name = '" + table + "'")) {
            return row.getLong(1);
        }
    }

    /** Which a process may want for a moment, and then has again. */
    @Test
    void wantOfMemoryIsNoDamage() {
        SQLException wanting = new SQLiteException("out of memory", SQLiteErrorCode.SQLITE_IOERR_NOMEM);
        SQLException unreadable = new SQLiteException("disk I/O error", SQLiteErrorCode.SQLITE_IOERR_READ);

        assertThat(SqliteFailure.isUnreadable(wanting)).isFalse();
        assertThat(SqliteFailure.outage(wanting)).contains("no memory is left");
        assertThat(SqliteFailure.isUnreadable(unreadable)).isTrue();
    }

    @Test
    void isToldToThoseWhoAskForTheBudget() throws Exception {
        try (SqliteLedger ledger = open(damaged(largerThan(BOUND)), AT_ONCE)) {
            awaitCheck(ledger);
            var billing = BillingServiceGrpc.newBlockingStub(grpc.inProcess(new BillingGrpcService(ledger)));

            StatusRuntimeException refusal = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> billing.getBudget(
                            GetBudgetRequest.newBuilder().setTenant("local").build()));

            assertThat(Fault.of(refusal).reason()).isEqualTo("LEDGER_UNAVAILABLE");
            assertThat(Fault.of(refusal).message()).contains("it is damaged (").contains("put a backup in its place");
        }
    }

    @Test
    void theNextStartRefusesItAndTakesABackupInItsPlace() throws Exception {
        Path sound = largerThan(BOUND);
        Path backup = Files.copy(sound, folder.resolve("backup.db"));
        Path path = damaged(sound);
        try (SqliteLedger ledger = open(path, AT_ONCE)) {
            awaitCheck(ledger);
            settle(ledger, "begun", "begun/1");
        }
        Path asFound = Files.copy(path, folder.resolve("found.db"));

        for (int start = 0; start < 2; start++) {
            assertThatThrownBy(() -> open(path, AT_ONCE))
                    .isInstanceOf(LedgerStartException.class)
                    .hasMessageContaining("is damaged")
                    .hasMessageContaining("Nothing was changed");
        }

        assertThat(Files.mismatch(asFound, path)).isEqualTo(-1);
        assertThat(chargesOfTheFileWithItsLog(path)).containsExactly("begun");
        Files.delete(beside(path, "-wal"));
        Files.deleteIfExists(beside(path, "-shm"));
        Files.move(backup, path, StandardCopyOption.REPLACE_EXISTING);
        try (SqliteLedger ledger = open(path, AT_ONCE)) {
            awaitCheck(ledger);
            assertThat(ledger.damage()).isEmpty();
            Samples.granted(ledger.reserve(Samples.hold("after")));
        }
        assertThat(beside(path, ".suspect")).doesNotExist();
    }

    @Test
    void aSoundOneStaysInUseAndItsLogIsMovedAtTheEnd() throws Exception {
        Path path = largerThan(BOUND);

        try (SqliteLedger ledger = open(path, AT_ONCE)) {
            awaitCheck(ledger);

            assertThat(ledger.damage()).isEmpty();
            Samples.granted(ledger.reserve(Samples.hold("after")));
        }

        assertThat(beside(path, "-wal")).doesNotExist();
        assertThat(beside(path, ".suspect")).doesNotExist();
    }

    @Test
    void anEndDoesNotWaitForTheCheck() throws Exception {
        Path path = largerThan(BOUND);
        SqliteLedger resting = open(path, new CheckPlan(BOUND, Duration.ofDays(1)));

        long begin = System.nanoTime();
        resting.close();
        // Somewhere in the midst of it.
        open(path, AT_ONCE).close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(beside(path, "-wal")).doesNotExist();
    }

    /** A ledger with one hold and much else in the file. */
    private Path largerThan(long bytes) throws Exception {
        Path path = folder.resolve("billing.db");
        try (SqliteLedger ledger = open(path, AT_ONCE)) {
            ledger.putPrice(Samples.price());
            Samples.granted(ledger.reserve(Samples.hold("begun")));
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                var statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE ballast (id INTEGER PRIMARY KEY, page BLOB)");
            statement.executeUpdate("WITH RECURSIVE row(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM row WHERE id < "
                    + (bytes / Pages.BYTES + 64) + ") INSERT INTO ballast SELECT id, zeroblob(4000) FROM row");
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        assertThat(Files.size(path)).isGreaterThan(bytes);
        return path;
    }

    /** Overwrites the head of a page that no turn needs: the start is none the wiser. */
    private static Path damaged(Path path) throws IOException {
        Pages.overwrite(path, Files.size(path) / Pages.BYTES - 31);
        return path;
    }

    private static SqliteLedger open(Path path, CheckPlan plan) {
        return SqliteLedger.open(path, TERMS, new ManualClock(), plan);
    }

    private static void awaitCheck(SqliteLedger ledger) {
        await().atMost(Duration.ofMinutes(1)).until(ledger::isChecked);
    }

    private static HoldRequest free(String turnId) {
        return new HoldRequest(
                turnId, Samples.TENANT, turnId + "/1", "", "a-local-model", 10, 10, Samples.TTL, true, false);
    }

    private static void settle(SqliteLedger ledger, String turnId, String holdId) {
        Samples.settled(ledger.settle(Samples.settlement(turnId, holdId, TurnEnd.COMPLETED, TEN)));
    }

    /** Of a copy: to read the log is to move it. */
    private List<String> chargesOfTheFileWithItsLog(Path path) throws IOException, SQLException {
        Path copy = Files.createTempDirectory(folder, "copy").resolve("billing.db");
        Files.copy(path, copy);
        Files.copy(beside(path, "-wal"), beside(copy, "-wal"));
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT group_concat(turn_id) FROM charge")) {
            return List.of(row.getString(1).split(","));
        }
    }

    private static Path beside(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    /** Whoever moves the file alone aside would else lose what only the log holds. */
    @Test
    void aLogWhoseLedgerIsGoneIsNotBegunAnew() throws Exception {
        Path log = Files.writeString(folder.resolve("gone.db-wal"), "charges");

        assertThatThrownBy(() -> open(folder.resolve("gone.db"), CheckPlan.USUAL))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("may hold charges. Nothing was changed. Put the ledger back beside it");
        assertThat(log).hasContent("charges");
    }
}
