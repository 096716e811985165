package dev.millrace.billing.postgres;

import dev.millrace.billing.LedgerStartException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/** Tells a database that cannot work now from a statement that is wrong, by the classes of SQLSTATE. */
final class PostgresFailure {
    private static final String QUERY_CANCELED = "57014";
    private static final String DATABASE_UNKNOWN = "3D000";
    private static final String NOT_ALLOWED = "42501";
    private static final String PASSWORD_WRONG = "28P01";
    private static final String NO_PASSWORD_GIVEN = "08004";

    private PostgresFailure() {}

    /** What keeps the database from working, for an operator; empty: the fault is not the database's. */
    static Optional<String> outage(SQLException failure) {
        if (failure instanceof SQLTransientConnectionException) {
            // The pool's: what the database itself said stands behind it.
            return Optional.of(
                    failure.getCause() instanceof SQLException cause ? words(cause) : "no connection in time");
        }
        String state = state(failure);
        if (state.equals(QUERY_CANCELED)) {
            return Optional.of("the database took too long");
        }
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "08", "57" -> Optional.of("the database is away: " + words(failure));
            case "53" -> Optional.of("the database has no room: " + words(failure));
            case "58", "XX" -> Optional.of("the database failed: " + words(failure));
            case "25" -> Optional.of("the database takes no writes: " + words(failure));
            case "28" -> Optional.of("the database lets nobody in: " + words(failure));
            default -> Optional.empty();
        };
    }

    /** Whether the connection is gone, so that another one may do better. */
    static boolean isConnectionLost(SQLException failure) {
        String state = state(failure);
        return state.startsWith("08") || (state.startsWith("57") && !state.equals(QUERY_CANCELED));
    }

    /** What an operator is told when the ledger failed while it was opened. */
    static LedgerStartException startFailure(SQLException failure, PostgresPlace place) {
        String user = place.user().isEmpty() ? "" : " as user " + place.user();
        return new LedgerStartException(
                "ledger " + place.url() + " cannot be used" + user + " (" + words(failure) + "). "
                        + nextStep(failure, place),
                failure);
    }

    private static String nextStep(SQLException failure, PostgresPlace place) {
        String state = state(failure);
        return switch (state) {
            case DATABASE_UNKNOWN ->
                "Make the database (createdb --owner=" + place.user() + " NAME), or correct billing.ledger.url";
            case PASSWORD_WRONG, NO_PASSWORD_GIVEN ->
                "Correct billing.ledger.user and billing.ledger.password (env:NAME or file:PATH)";
            case NOT_ALLOWED ->
                "Billing keeps its tables in a schema named " + Layout.SCHEMA + ": make " + place.user()
                        + " the owner of the database (ALTER DATABASE … OWNER TO …)";
            default -> nextStepByClass(state);
        };
    }

    private static String nextStepByClass(String state) {
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "08", "57" -> "Start PostgreSQL, or correct host and port in billing.ledger.url";
            case "28" -> "Allow this user in the server's pg_hba.conf, or correct billing.ledger.user";
            case "53" -> "Raise the server's limit, or lower billing.ledger.connections";
            case "25" -> "Name the primary server in billing.ledger.url: a standby takes no writes";
            default -> "See the server's log for the cause";
        };
    }

    private static String words(SQLException failure) {
        String words = String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\n\\s*", "; ");
        return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
    }

    private static String state(SQLException failure) {
        return failure.getSQLState() == null ? "" : failure.getSQLState();
    }
}
