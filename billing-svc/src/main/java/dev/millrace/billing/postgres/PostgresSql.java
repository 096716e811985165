package dev.millrace.billing.postgres;

import dev.millrace.billing.sql.Columns;
import dev.millrace.billing.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to PostgreSQL in a transaction. What may run later waits for the next statement and travels together with
 * it, so that a write costs one round trip for each answer that it needs and none for the others.
 */
final class PostgresSql extends Sql {
    /** Of advisory locks: of a ledger's tenants, so that nobody else's locks are met. */
    static final int TENANT_LOCKS = 0x4D696C6C;

    private static final int PENDING_MAX = 8;
    /** Holds need not wait for the disk; what has to, is brought there by {@link Syncer}. */
    private static final String LOCK = "SELECT set_config('synchronous_commit', 'off', true),"
            + " COUNT(pg_advisory_xact_lock(" + TENANT_LOCKS + ", key)) FROM unnest(?) key";
    /** A statement of its own, because it must see what was committed while the locks were waited for. */
    private static final String NOW =
            "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::BIGINT, (SELECT COUNT(*) FROM price)";

    private final DatabaseClock clock;
    private final StringBuilder pending = new StringBuilder();
    private final List<@Nullable Object> pendingArguments = new ArrayList<>();
    private int pendingCount;
    private long nowMicros;

    PostgresSql(Connection connection, DatabaseClock clock) {
        super(connection);
        this.clock = clock;
        this.nowMicros = Columns.micros(clock.instant());
    }

    /**
     * Begins a transaction that is alone among the writes for these tenants, in all processes; tells how many price rows
     * there are. From here on the time is the database's.
     *
     * @param tenants their lock numbers in ascending order, so that two processes never wait for one another
     */
    long begin(int... tenants) throws SQLException {
        if (tenants.length > 0) {
            later(LOCK, tenants);
        }
        return first(NOW, row -> {
                    nowMicros = clock.observe(row.getLong(1));
                    return row.getLong(2);
                })
                .orElseThrow();
    }

    void commit() throws SQLException {
        update("COMMIT");
    }

    @Override
    public long nowMicros() {
        return nowMicros;
    }

    @Override
    public void later(String sql, @Nullable Object... arguments) throws SQLException {
        if (pendingCount == PENDING_MAX) {
            update("SELECT 1");
        }
        pending.append(sql).append(";\n");
        pendingArguments.addAll(Arrays.asList(arguments));
        pendingCount++;
    }

    @Override
    protected int runUpdate(String sql, @Nullable Object... arguments) throws SQLException {
        return run(sql, arguments).getUpdateCount();
    }

    @Override
    protected ResultSet runQuery(String sql, @Nullable Object... arguments) throws SQLException {
        return run(sql, arguments).getResultSet();
    }

    /** Sends what waits and this statement in one go; the result is this one's. */
    private PreparedStatement run(String sql, @Nullable Object... arguments) throws SQLException {
        if (pendingCount == 0) {
            PreparedStatement statement = bound(sql, arguments);
            statement.execute();
            return statement;
        }
        String all = pending.append(sql).toString();
        int before = pendingCount;
        pendingArguments.addAll(Arrays.asList(arguments));
        Object[] allArguments = pendingArguments.toArray();
        pending.setLength(0);
        pendingArguments.clear();
        pendingCount = 0;
        PreparedStatement statement = bound(all, allArguments);
        statement.execute();
        for (int i = 0; i < before; i++) {
            statement.getMoreResults();
        }
        return statement;
    }
}
