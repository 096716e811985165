package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.ManualClock;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Settlement;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.TurnEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a ledger's tables cost, in a new file and in one that an earlier version began. */
@Execution(ExecutionMode.CONCURRENT)
final class LedgerLayoutTest {
    private static final LedgerTerms TERMS = new LedgerTerms(1_000_000_000, Samples.MODEL);
    /** In place of an earlier layout's number: the file is begun by this version. */
    private static final int NEW = 0;

    /** What SQLite is to do where a statement breaks a rule, as its programs name it. */
    private static final int ABORTS = 2;

    private static final int FAILS = 3;
    private static final String OF_OLD_DECISIONS = "decision_json TEXT NOT NULL\n) WITHOUT ROWID;";
    private static final String OF_DECISIONS = "decision_json TEXT NOT NULL\n);";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {NEW, 1, 2, 3})
    void holdsAreMadeAndEndedWithoutATableOfTheirEnds(int layout) throws Exception {
        Path path = ledger(layout);
        try (SqliteLedger ledger = open(path)) {
            ledger.putPrice(Samples.price());
            Samples.granted(ledger.reserve(Samples.hold("t1")));
        }

        try (Connection file = connect(path)) {
            assertThat(steps(
                            file,
                            "INSERT INTO hold VALUES ('', '', '', 0, '', '', '', 0, 0, 0, 1, 0, 0, NULL, NULL, 0)"))
                    .contains("OpenWrite")
                    .doesNotContain("OpenEphemeral");
            assertThat(steps(file, "UPDATE hold SET end_cause = 'SETTLED' WHERE turn_id = '' AND hold_id = ''"))
                    .contains("OpenWrite")
                    .doesNotContain("OpenEphemeral");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {NEW, 1, 2, 3})
    void aHoldEndsInOneOfThreeWays(int layout) throws Exception {
        Path path = ledger(layout);
        try (SqliteLedger ledger = open(path)) {
            ledger.putPrice(Samples.price());
            Samples.granted(ledger.reserve(Samples.hold("t1")));
        }

        try (Connection file = connect(path);
                var statement = file.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("UPDATE hold SET end_cause = 'LOST'"))
                    .hasMessageContaining("SQLITE_CONSTRAINT_CHECK");
            for (String cause : List.of("SETTLED", "RELEASED", "EXPIRED")) {
                statement.execute("SAVEPOINT before");
                assertThat(statement.executeUpdate("UPDATE hold SET end_cause = '" + cause + "'"))
                        .isEqualTo(1);
                statement.execute("ROLLBACK TO before");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {NEW, 1, 2, 3})
    void aHoldChangesOnce(int layout) throws Exception {
        Path path = ledger(layout);
        try (SqliteLedger ledger = open(path)) {
            ledger.putPrice(Samples.price());
            Samples.granted(ledger.reserve(Samples.hold("t1")));
        }

        try (Connection file = connect(path);
                var statement = file.createStatement()) {
            String end = "UPDATE hold SET end_cause = 'SETTLED', ended_at = 1";
            for (String change : List.of("amount_nano_usd = 1", "tenant = ''", "day = 1", "price_version = ''")) {
                assertThatThrownBy(() -> statement.executeUpdate(end + ", " + change))
                        .hasMessageContaining("a hold changes once");
            }
            assertThat(statement.executeUpdate(end)).isEqualTo(1);
            assertThatThrownBy(() -> statement.executeUpdate(end)).hasMessageContaining("a hold changes once");
        }
    }

    /** A statement of several steps that may abort is one that SQLite copies pages for. */
    @ParameterizedTest
    @ValueSource(ints = {NEW, 1, 2, 3})
    void noWriteOfATurnIsReadyToBeUndoneAlone(int layout) throws Exception {
        Path path = ledger(layout);
        open(path).close();

        try (SqliteSql file = new SqliteSql(connect(path), new ManualClock())) {
            for (String write : List.of(
                    "UPDATE hold SET end_cause = 'SETTLED', ended_at = 1 WHERE turn_id = '' AND hold_id = ''",
                    "INSERT INTO attempt_entry VALUES ('', '', 1, 2, '', '', '', '', 1, 1, 1, 1, '', 1, 1)"
                            + " ON CONFLICT DO NOTHING")) {
                assertThat(onFailure(file, write)).contains(ABORTS);
                assertThat(onFailure(file, file.worded(write))).containsOnly(FAILS);
            }
        }
    }

    /** What is done where a rule is broken, by all the steps of a statement that look at one. */
    private static List<Integer> onFailure(SqliteSql file, String statement) throws SQLException {
        return file
                .list(
                        "EXPLAIN " + statement,
                        row -> row.getString("opcode").startsWith("Halt") && row.getInt("p1") != 0
                                ? row.getInt("p2")
                                : 0)
                .stream()
                .filter(done -> done != 0)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whatAnEarlierVersionBeganGoesOn(int layout) throws Exception {
        Path path = ledger(layout);
        try (Connection file = connect(path);
                var statement = file.createStatement()) {
            statement.executeUpdate("INSERT INTO charge VALUES ('before', 'acme', 20000, '', '', '', '', 'COMPLETED',"
                    + " 'local', '', '', '', 1, 1, NULL, NULL, 'REPORTED', 7, 0, '', '', NULL, NULL, NULL, '{}', 0)");
            statement.executeUpdate("INSERT INTO decision VALUES ('before', '{\"v\":0}')");
        }

        try (SqliteLedger ledger = open(path)) {
            ledger.putPrice(Samples.price());
            Samples.granted(ledger.reserve(Samples.hold("t1")));
            settle(ledger, "after", "{\"v\":1}");
        }

        try (SqliteLedger ledger = open(path)) {
            assertThat(ledger.turn(Samples.TENANT, "before").orElseThrow().decisionJson())
                    .isEqualTo("{\"v\":0}");
            assertThat(ledger.turn(Samples.TENANT, "after").orElseThrow().decisionJson())
                    .isEqualTo("{\"v\":1}");
            assertThat(ledger.release(Samples.TENANT, "t1", "t1/1").join()).hasValue(10_000_000);
        }
        try (Connection file = connect(path);
                var statement = file.createStatement();
                var found = statement.executeQuery("PRAGMA integrity_check")) {
            assertThat(found.getString(1)).isEqualTo("ok");
        }
    }

    /** In a table without row ids what is longer than a kibibyte takes a page of its own, which is four. */
    @Test
    void aLongDecisionTakesLittleMoreThanItsLength() throws Exception {
        Path path = ledger(NEW);
        String decision = "{\"d\":\"" + "x".repeat(1_400) + "\"}";
        int turns = 500;

        try (SqliteLedger ledger = open(path)) {
            for (int i = 0; i < turns; i++) {
                settle(ledger, "t" + i, decision);
            }
        }

        assertThat(Files.size(path) / turns).isBetween(1_400L, 3_500L);
    }

    private Path ledger(int layout) throws Exception {
        Path path = folder.resolve("billing.db");
        if (layout != NEW) {
            begin(path, layout);
        }
        return path;
    }

    /** Begins a file of an earlier layout, of the time before decisions had row ids. */
    private static void begin(Path path, int layout) throws Exception {
        String first = script(1);
        assertThat(first).contains(OF_DECISIONS);
        try (Connection file = connect(path);
                var statement = file.createStatement()) {
            statement.executeUpdate(first.replace(OF_DECISIONS, OF_OLD_DECISIONS));
            for (int next = 2; next <= layout; next++) {
                statement.executeUpdate(script(next));
            }
            statement.execute("PRAGMA user_version = " + layout);
        }
    }

    private static String script(int layout) throws IOException {
        return Files.readString(Path.of("src/main/resources/billing/sqlite/V" + layout + ".sql"));
    }

    private static void settle(SqliteLedger ledger, String turnId, String decision) {
        Samples.settled(ledger.settle(new Settlement(
                turnId,
                Samples.TENANT,
                "",
                TurnEnd.COMPLETED,
                Tokens.of(10, 10, Provenance.REPORTED),
                Samples.MODEL,
                "local",
                "embedded",
                "",
                "",
                turnId + "/1",
                decision,
                Optional.empty(),
                Optional.empty(),
                "trivial",
                Map.of())));
    }

    private static List<String> steps(Connection file, String sql) throws SQLException {
        List<String> steps = new ArrayList<>();
        try (var statement = file.createStatement();
                var row = statement.executeQuery("EXPLAIN " + sql)) {
            while (row.next()) {
                steps.add(row.getString("opcode"));
            }
        }
        return steps;
    }

    private static Connection connect(Path path) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + path);
    }

    private static SqliteLedger open(Path path) {
        return SqliteLedger.open(path, TERMS, new ManualClock());
    }
}
