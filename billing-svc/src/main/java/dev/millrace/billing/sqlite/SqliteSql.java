package dev.millrace.billing.sqlite;

import dev.millrace.billing.sql.Columns;
import dev.millrace.billing.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.sqlite.ProgressHandler;

/** A connection to SQLite, which has no clock: the time is this process's. */
final class SqliteSql extends Sql {
    private static final Pattern CHANGE = Pattern.compile("^(INSERT|UPDATE) ");

    private final Connection connection;
    private final InstantSource clock;

    SqliteSql(Connection connection, InstantSource clock) {
        super(connection);
        this.connection = connection;
        this.clock = clock;
    }

    @Override
    public long nowMicros() {
        return Columns.micros(clock.instant());
    }

    /**
     * Whoever meets a failure rolls the whole transaction back. So SQLite need not be ready to undo one statement alone,
     * for which it keeps a copy of each page that a statement with triggers changes.
     */
    @Override
    protected String worded(String sql) {
        return CHANGE.matcher(sql).replaceFirst("$1 OR FAIL ");
    }

    /** Asks every so many steps of what runs on this connection whether to end it. */
    void interruptWhere(int steps, BooleanSupplier ended) throws SQLException {
        ProgressHandler.setHandler(connection, steps, new ProgressHandler() {
            @Override
            protected int progress() {
                return ended.getAsBoolean() ? 1 : 0;
            }
        });
    }

    /** Runs a pragma, which may answer. */
    void pragma(String pragma) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(pragma);
        }
    }
}
