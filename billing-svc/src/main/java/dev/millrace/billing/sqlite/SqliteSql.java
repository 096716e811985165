package dev.millrace.billing.sqlite;

import dev.millrace.billing.sql.Columns;
import dev.millrace.billing.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;

/** A connection to SQLite, which has no clock: the time is this process's. */
final class SqliteSql extends Sql {
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

    /** Runs a pragma, which may answer. */
    void pragma(String pragma) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(pragma);
        }
    }
}
