package dev.millrace.billing.postgres;

import dev.millrace.billing.LedgerStartException;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.Samples;
import dev.millrace.runtime.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The bad days of a database at start: each stops the start with the url, the cause and the next step. */
final class PostgresStartTest {
    private static final LedgerTerms TERMS = new LedgerTerms(1_000_000_000, Samples.MODEL);

    @Test
    void aServerThatIsDown() {
        PostgresPlace place = TestServer.place("jdbc:postgresql://127.0.0.1:1/millrace");

        assertThatThrownBy(() -> PostgresLedger.open(place, TERMS))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining(place.url())
                .hasMessageContaining("refused")
                .hasMessageContaining("Start PostgreSQL");
    }

    @Test
    void aDatabaseThatIsMissing() {
        PostgresPlace place = TestServer.place(TestServer.url("nowhere"));

        assertThatThrownBy(() -> PostgresLedger.open(place, TERMS))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining(place.url())
                .hasMessageContaining("does not exist")
                .hasMessageContaining("createdb --owner=" + TestServer.USER);
    }

    @Test
    void aWrongPasswordAndNone() throws SQLException {
        PostgresPlace open = TestServer.database();
        run(open, "CREATE ROLE " + TestServer.GUARDED + " LOGIN PASSWORD 'right'");
        run(open, "ALTER SCHEMA public OWNER TO " + TestServer.GUARDED);
        run(open, "GRANT CREATE ON DATABASE " + open.url().replaceAll(".*/", "") + " TO " + TestServer.GUARDED);

        awaitThatPasswordsAreChecked(open);

        assertThatThrownBy(() -> PostgresLedger.open(guarded(open, Optional.of("canary")), TERMS))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("password authentication failed")
                .hasMessageContaining("billing.ledger.password")
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> PostgresLedger.open(guarded(open, Optional.empty()), TERMS))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("billing.ledger.password");
        // As an ordinary user, who may make a schema and no more.
        try (PostgresLedger ledger = PostgresLedger.open(guarded(open, Optional.of("right")), TERMS)) {
            ledger.putPrice(Samples.price());
            assertThat(ledger.setBudget("acme", 5, "test").dailyNanoUsd()).isEqualTo(5);
        }
    }

    @Test
    void aUserWhoMayMakeNoTables() throws SQLException {
        PostgresPlace open = TestServer.database();
        run(open, "CREATE ROLE guest LOGIN");
        PostgresPlace guest = new PostgresPlace(open.url(), "guest", Optional.empty(), 8);

        assertThatThrownBy(() -> PostgresLedger.open(guest, TERMS))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("permission denied")
                .hasMessageContaining("owner");
    }

    @Test
    void aLedgerOfANewerVersion() throws SQLException {
        PostgresPlace place = TestServer.database();
        PostgresLedger.open(place, TERMS).close();
        run(place, "INSERT INTO billing.layout VALUES (99)");

        assertThatThrownBy(() -> PostgresLedger.open(place, TERMS))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining(place.url())
                .hasMessageContaining("99")
                .hasMessageContaining("newer version");
    }

    @Test
    void aLedgerOfTheFirstLayout() throws SQLException {
        PostgresPlace place = TestServer.database();
        try (PostgresLedger ledger = PostgresLedger.open(place, TERMS)) {
            ledger.putPrice(Samples.price());
            Samples.granted(ledger.reserve(Samples.hold("before")));
        }
        run(place, "ALTER TABLE billing.hold DROP COLUMN begins_call");
        run(place, "DELETE FROM billing.layout WHERE version = 2");

        try (PostgresLedger ledger = PostgresLedger.open(place, TERMS)) {
            Samples.granted(ledger.reserve(Samples.begun("after")));
            assertThat(ledger.release(Samples.TENANT, "before", "before/1").join())
                    .hasValue(10_000_000);
        }
        try (PostgresLedger ledger = PostgresLedger.open(place, TERMS)) {
            assertThat(ledger.turn(Samples.TENANT, "before").orElseThrow().costs())
                    .isEmpty();
            assertThat(ledger.turn(Samples.TENANT, "after").orElseThrow().costs())
                    .hasSize(1);
        }
    }

    @Test
    void aServerThatTakesNoWrites() throws SQLException {
        PostgresPlace place = TestServer.database();
        run(place, "ALTER DATABASE " + place.url().replaceAll(".*/", "") + " SET default_transaction_read_only = on");

        assertThatThrownBy(() -> PostgresLedger.open(place, TERMS))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("read-only")
                .hasMessageContaining("primary");
    }

    /** The server reads its changed rules when it comes to it. */
    private static void awaitThatPasswordsAreChecked(PostgresPlace place) {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            try (Connection guarded = DriverManager.getConnection(place.url(), TestServer.GUARDED, "wrong")) {
                return guarded.isClosed();
            } catch (SQLException e) {
                return "28P01".equals(e.getSQLState());
            }
        });
    }

    private static PostgresPlace guarded(PostgresPlace place, Optional<String> password) {
        return new PostgresPlace(
                place.url(),
                TestServer.GUARDED,
                password.flatMap(text -> Secret.read("password", "env:PASSWORD", Map.of("PASSWORD", text))),
                8);
    }

    private static void run(PostgresPlace place, String statement) throws SQLException {
        try (Connection connection = TestServer.connect(place);
                var running = connection.createStatement()) {
            running.execute(statement);
        }
    }
}
