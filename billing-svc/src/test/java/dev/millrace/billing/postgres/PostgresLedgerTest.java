package dev.millrace.billing.postgres;

import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerContract;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.ManualClock;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.TurnEnd;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class PostgresLedgerTest extends LedgerContract {
    private final PostgresPlace place = TestServer.database();

    @Override
    protected Ledger open(LedgerTerms terms, ManualClock time) {
        return PostgresLedger.open(place, terms, new ManualDatabaseClock(time));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE charge SET charged_nano_usd = 0",
                "DELETE FROM charge",
                "TRUNCATE charge",
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
        Samples.settled(ledger.settle(
                Samples.settlement("t1", holdId, TurnEnd.COMPLETED, Tokens.of(10, 10, Provenance.REPORTED))));

        try (Connection other = TestServer.connect(place);
                var statement = other.createStatement()) {
            statement.execute("SET search_path TO " + Layout.SCHEMA);
            assertThatThrownBy(() -> statement.executeUpdate(forgery)).hasMessageContaining("is a journal");
        }
    }

    @Test
    void balancesAreWhatTheJournalSays() throws SQLException {
        for (int i = 0; i < 9; i++) {
            String holdId =
                    Samples.granted(ledger.reserve(Samples.hold("t" + i))).holdId();
            if (i % 3 != 0) {
                Samples.settled(ledger.settle(
                        Samples.settlement("t" + i, holdId, TurnEnd.COMPLETED, Tokens.of(10, i, Provenance.REPORTED))));
            }
        }

        try (Connection other = TestServer.connect(place)) {
            Audit.check(other);
        }
    }

    @Test
    void everythingIsThereAfterAReopening() {
        String holdId = Samples.granted(ledger.reserve(Samples.hold("t1"))).holdId();
        Samples.settled(ledger.settle(
                Samples.settlement("t1", holdId, TurnEnd.COMPLETED, Tokens.of(1_000, 1_000, Provenance.REPORTED))));
        Samples.granted(ledger.reserve(Samples.hold("t2")));

        ledger.close();
        ledger = open(new LedgerTerms(10 * CENT, Samples.MODEL), clock);

        assertThat(ledger.budget(Samples.TENANT).spentNanoUsd()).isEqualTo(CENT);
        assertThat(ledger.budget(Samples.TENANT).heldNanoUsd()).isEqualTo(CENT);
        assertThat(ledger.prices().inForce(Samples.MODEL, clock.instant())).isPresent();
    }
}
