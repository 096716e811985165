package dev.millrace.billing.postgres;

import dev.millrace.runtime.Secret;
import java.util.Optional;

/**
 * Where the database is, and as whom it is entered.
 *
 * @param url {@code jdbc:postgresql://host:port/database}, without a password
 * @param connectionsMax of this process, > 6: six for what is written, the others for questions
 */
public record PostgresPlace(String url, String user, Optional<Secret> password, int connectionsMax) {
    /** Those of the writers, of the syncer and of the presence. */
    static final int CONNECTIONS_KEPT = PostgresLedger.WRITERS + 2;

    /** What every url begins with. */
    public static final String SCHEME = "jdbc:postgresql:";

    public PostgresPlace {
        if (connectionsMax <= CONNECTIONS_KEPT) {
            throw new IllegalArgumentException(
                    "connections: " + connectionsMax + " (expected: > " + CONNECTIONS_KEPT + ")");
        }
    }
}
