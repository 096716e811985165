package dev.millrace.billing.sqlite;

import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerContract;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.ManualClock;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.TurnEnd;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class SqliteLedgerTest extends LedgerContract {
    @TempDir
    Path folder;

    @Override
    protected Ledger open(LedgerTerms terms, ManualClock time) {
        return SqliteLedger.open(folder.resolve("billing.db"), terms, time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE charge SET charged_nano_usd = 0",
                "DELETE FROM charge",
                "UPDATE attempt_entry SET cost_nano_usd = 0",
                "DELETE FROM attempt_entry",
                "UPDATE price SET input_nano_usd = 0",
                "DELETE FROM decision",
                "DELETE FROM hold",
                "UPDATE hold SET end_cause = NULL",
                "DELETE FROM budget_change"
            })
    void historyCannotBeChanged(String forgery) throws SQLException {
        ledger.setBudget(Samples.TENANT, 10 * CENT, "test");
        String holdId = Samples.granted(ledger.reserve(Samples.hold("t1"))).holdId();
        ledger.record(Samples.ended(Samples.call("t1", 1, 1), 10, 10, Provenance.REPORTED))
                .join();
        ledger.settle(Samples.settlement("t1", holdId, TurnEnd.COMPLETED, Tokens.of(10, 10, Provenance.REPORTED)))
                .join();

        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("billing.db"));
                var statement = other.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate(forgery))
                    .hasMessageContaining("SQLITE_CONSTRAINT_TRIGGER");
        }
    }

    @Test
    void balancesAreWhatTheJournalSays() throws SQLException {
        for (int i = 0; i < 9; i++) {
            String holdId =
                    Samples.granted(ledger.reserve(Samples.hold("t" + i))).holdId();
            if (i % 3 != 0) {
                ledger.settle(Samples.settlement(
                                "t" + i, holdId, TurnEnd.COMPLETED, Tokens.of(10, i, Provenance.REPORTED)))
                        .join();
            }
        }

        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("billing.db"));
                var statement = other.createStatement();
                var row = statement.executeQuery("SELECT (SELECT SUM(spent_nano_usd) FROM account),"
                        + " (SELECT SUM(charged_nano_usd) FROM charge), (SELECT SUM(held_nano_usd) FROM account),"
                        + " (SELECT SUM(amount_nano_usd) FROM hold WHERE end_cause IS NULL)")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(1)).isEqualTo(row.getLong(2)).isPositive();
            assertThat(row.getLong(3)).isEqualTo(row.getLong(4)).isEqualTo(3 * CENT);
        }
    }

    @Test
    void everythingIsThereAfterAReopening() {
        String holdId = Samples.granted(ledger.reserve(Samples.hold("t1"))).holdId();
        ledger.settle(Samples.settlement("t1", holdId, TurnEnd.COMPLETED, Tokens.of(1_000, 1_000, Provenance.REPORTED)))
                .join();
        Samples.granted(ledger.reserve(Samples.hold("t2")));

        ledger.close();
        ledger = open(new LedgerTerms(10 * CENT, Samples.MODEL), clock);

        assertThat(ledger.budget(Samples.TENANT).spentNanoUsd()).isEqualTo(CENT);
        assertThat(ledger.budget(Samples.TENANT).heldNanoUsd()).isEqualTo(CENT);
        assertThat(ledger.prices().inForce(Samples.MODEL, clock.instant())).isPresent();
    }
}
