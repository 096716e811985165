package dev.millrace.billing.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The balances of every tenant's days. Runs in the writer's transactions.
 *
 * <p>INVARIANT: spent = sum of the day's charges, held = sum of its holds that have not ended, and money is set aside only
 * by the one conditional UPDATE of {@link #HOLD}, which is right under any number of writers.
 */
final class Accounts {
    /** Sets money aside, if the budget allows; arguments: amount, tenant, day, amount, {@link #dailyNanoUsd}. */
    static final String HOLD = "UPDATE account SET held_nano_usd = held_nano_usd + ? WHERE tenant = ? AND day = ?"
            + " AND spent_nano_usd + held_nano_usd + ?"
            + " <= COALESCE((SELECT b.daily_nano_usd FROM budget b WHERE b.tenant = account.tenant), ?)";

    final long dailyNanoUsd;

    /** @param dailyNanoUsd the budget of a tenant without one of its own */
    Accounts(long dailyNanoUsd) {
        this.dailyNanoUsd = dailyNanoUsd;
    }

    Balance balance(Sql sql, String tenant, long day) throws SQLException {
        return sql.first(
                        "SELECT COALESCE((SELECT daily_nano_usd FROM budget WHERE tenant = ?), ?) AS daily_nano_usd,"
                                + " a.spent_nano_usd, a.held_nano_usd,"
                                + " (SELECT MIN(expire_at) FROM hold WHERE tenant = ? AND end_cause IS NULL) AS first_expiry"
                                + " FROM (SELECT 1) one LEFT JOIN account a ON a.tenant = ? AND a.day = ?",
                        Accounts::balance,
                        tenant,
                        dailyNanoUsd,
                        tenant,
                        tenant,
                        day)
                .orElseThrow();
    }

    private static Balance balance(ResultSet row) throws SQLException {
        long firstExpiryMicros = row.getLong(4);
        boolean nothingHeld = row.wasNull();
        return new Balance(
                row.getLong(1), row.getLong(2), row.getLong(3), nothingHeld ? Long.MAX_VALUE : firstExpiryMicros);
    }

    /** The balance of this day, once every hold of the tenant that has expired is freed. */
    Balance withoutExpired(Sql sql, String tenant, long nowMicros) throws SQLException {
        Balance balance = balance(sql, tenant, Columns.day(nowMicros));
        if (balance.firstExpiryMicros > nowMicros) {
            return balance;
        }
        freeExpired(sql, tenant, nowMicros);
        return balance(sql, tenant, Columns.day(nowMicros));
    }

    /** Frees what nobody settled in time. */
    private static void freeExpired(Sql sql, String tenant, long nowMicros) throws SQLException {
        Attempts.outliveExpired(sql, tenant, nowMicros);
        List<Freed> expired = sql.list(
                "UPDATE hold SET end_cause = 'EXPIRED', ended_at = ?"
                        + " WHERE tenant = ? AND end_cause IS NULL AND expire_at <= ? RETURNING day, amount_nano_usd",
                row -> new Freed(row.getLong(1), row.getLong(2)),
                nowMicros,
                tenant,
                nowMicros);
        for (Freed freed : expired) {
            free(sql, tenant, freed.day, freed.amountNanoUsd);
        }
    }

    /** Sets an amount aside, if spent + held + amount is within the budget in force; false: it is not. */
    boolean hold(Sql sql, String tenant, long day, long amount) throws SQLException {
        boolean held = tryHold(sql, tenant, day, amount);
        return held || (open(sql, tenant, day) && tryHold(sql, tenant, day, amount));
    }

    private boolean tryHold(Sql sql, String tenant, long day, long amount) throws SQLException {
        return sql.update(HOLD, amount, tenant, day, amount, dailyNanoUsd) == 1;
    }

    static void free(Sql sql, String tenant, long day, long amount) throws SQLException {
        settle(sql, tenant, day, amount, 0);
    }

    /** Books the end of holds of this day: what was set aside is free again, what was charged is spent. */
    static void settle(Sql sql, String tenant, long day, long freed, long spent) throws SQLException {
        if (freed == 0 && spent == 0) {
            return;
        }
        if (freed == 0) {
            // Only what was held is sure to have an account.
            open(sql, tenant, day);
        }
        sql.later(
                "UPDATE account SET held_nano_usd = held_nano_usd - ?, spent_nano_usd = spent_nano_usd + ?"
                        + " WHERE tenant = ? AND day = ?",
                freed,
                spent,
                tenant,
                day);
    }

    /** True when the account is new. */
    private static boolean open(Sql sql, String tenant, long day) throws SQLException {
        return sql.update("INSERT INTO account VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING", tenant, day) == 1;
    }

    /** A day's budget, what is used of it, and when the tenant's next hold expires. */
    record Balance(long dailyNanoUsd, long spentNanoUsd, long heldNanoUsd, long firstExpiryMicros) {
        /** What may still be set aside; 0 when the budget was lowered below what is used. */
        long left() {
            return Math.max(0, dailyNanoUsd - spentNanoUsd - heldNanoUsd);
        }
    }

    /** Money of a hold that has ended. */
    record Freed(long day, long amountNanoUsd) {}
}
