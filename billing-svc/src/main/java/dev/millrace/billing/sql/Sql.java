package dev.millrace.billing.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connection, its prepared statements, and the time that holds in its transaction. Owned by one thread. */
public abstract class Sql implements AutoCloseable {
    /** Makes a value of the row that a result stands on. */
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    protected Sql(Connection connection) {
        this.connection = connection;
    }

    /** The ledger's time, in microseconds since 1970. */
    public abstract long nowMicros();

    /** Runs one or several statements without arguments. */
    public final void script(String statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate(statements);
        }
    }

    /** Changes rows; tells how many. */
    public final int update(String sql, @Nullable Object... arguments) throws SQLException {
        try {
            return runUpdate(sql, arguments);
        } catch (SQLException e) {
            throw forget(sql, e);
        }
    }

    /** Changes rows, now or together with the next statement of this transaction. */
    public void later(String sql, @Nullable Object... arguments) throws SQLException {
        update(sql, arguments);
    }

    public final <T> List<T> list(String sql, Row<T> row, @Nullable Object... arguments) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet result = runQuery(sql, arguments)) {
            while (result.next()) {
                rows.add(row.read(result));
            }
            return rows;
        } catch (SQLException e) {
            throw forget(sql, e);
        }
    }

    public final <T> Optional<T> first(String sql, Row<T> row, @Nullable Object... arguments) throws SQLException {
        try (ResultSet result = runQuery(sql, arguments)) {
            return result.next() ? Optional.of(row.read(result)) : Optional.empty();
        } catch (SQLException e) {
            throw forget(sql, e);
        }
    }

    /** The one number that a query yields; 0 for none. */
    public final long number(String sql, @Nullable Object... arguments) throws SQLException {
        return first(sql, row -> row.getLong(1), arguments).orElse(0L);
    }

    protected int runUpdate(String sql, @Nullable Object... arguments) throws SQLException {
        return bound(sql, arguments).executeUpdate();
    }

    protected ResultSet runQuery(String sql, @Nullable Object... arguments) throws SQLException {
        return bound(sql, arguments).executeQuery();
    }

    /** The compiled statement with its arguments. */
    protected final PreparedStatement bound(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(worded(sql));
            prepared.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    /** A statement in the words of this store. */
    protected String worded(String sql) {
        return sql;
    }

    /** The driver ends a statement that fails, for instance on a full disk; the next use has to compile it again. */
    private SQLException forget(String sql, SQLException failure) {
        PreparedStatement ended = prepared.remove(sql);
        if (ended != null) {
            try {
                ended.close();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
        return failure;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
