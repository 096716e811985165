package dev.millrace.billing.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Brings the schema {@code billing} to the layout that this version knows: {@code billing/postgres/V<n>.sql}, all in one
 * transaction, which PostgreSQL can do, under a lock, so that processes that start together do it once.
 *
 * <p>Not Flyway: with transactional DDL and one lock there is nothing left for it to do, and it would cost every start of
 * billing 0.5 s and 20 MB, on SQLite too.
 */
final class Layout {
    static final String SCHEMA = "billing";

    private static final int LATEST = 2;
    private static final long LOCK = 0x4D696C6C_62696C6CL;

    private Layout() {}

    /** @throws IllegalStateException when a newer version of Millrace has written the schema */
    static void bringUpToDate(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            if (number(statement, "SELECT COUNT(*) FROM pg_namespace WHERE nspname = '" + SCHEMA + "'") == 0) {
                statement.execute("CREATE SCHEMA " + SCHEMA);
            }
            statement.execute("CREATE TABLE IF NOT EXISTS layout (version INTEGER NOT NULL PRIMARY KEY)");
            long current = number(statement, "SELECT COALESCE(MAX(version), 0) FROM layout");
            if (current > LATEST) {
                throw new IllegalStateException("its layout is number " + current + ", and this version knows up to "
                        + LATEST + ". Start the newer version that wrote it");
            }
            for (long next = current + 1; next <= LATEST; next++) {
                statement.execute(read(next));
                statement.execute("INSERT INTO layout VALUES (" + next + ")");
            }
            connection.commit();
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String read(long version) {
        try (@Nullable
                InputStream script = Layout.class.getResourceAsStream("/billing/postgres/V" + version + ".sql")) {
            if (script == null) {
                throw new IllegalStateException("layout " + version + " is missing from the jar");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
