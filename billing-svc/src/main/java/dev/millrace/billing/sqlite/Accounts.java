package dev.millrace.billing.sqlite;

import java.sql.SQLException;
import java.util.List;

/**
 * The balances of every tenant's days. Runs in the writer's transactions.
 *
 * <p>INVARIANT: spent = sum of the day's charges, held = sum of its holds that have not ended, and money is set aside only
 * by the one conditional UPDATE of {@link #hold}, which is right under any number of writers.
 */
final class Accounts {
    private final long dailyNanoUsd;

    /** @param dailyNanoUsd the budget of a tenant without one of its own */
    Accounts(long dailyNanoUsd) {
        this.dailyNanoUsd = dailyNanoUsd;
    }

    Balance balance(Sql sql, String tenant, long day) throws SQLException {
        return sql.first(
                        "SELECT COALESCE((SELECT daily_nano_usd FROM budget WHERE tenant = ?), ?), spent_nano_usd,"
                                + " held_nano_usd FROM (SELECT 1) LEFT JOIN account ON tenant = ? AND day = ?",
                        row -> new Balance(row.getLong(1), row.getLong(2), row.getLong(3)),
                        tenant,
                        dailyNanoUsd,
                        tenant,
                        day)
                .orElseThrow();
    }

    /** Frees what nobody settled in time. */
    void freeExpired(Sql sql, String tenant, long nowMicros) throws SQLException {
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
        open(sql, tenant, day);
        return sql.update(
                        "UPDATE account SET held_nano_usd = held_nano_usd + ? WHERE tenant = ? AND day = ?"
                                + " AND spent_nano_usd + held_nano_usd + ?"
                                + " <= COALESCE((SELECT daily_nano_usd FROM budget WHERE tenant = ?), ?)",
                        amount,
                        tenant,
                        day,
                        amount,
                        tenant,
                        dailyNanoUsd)
                == 1;
    }

    void free(Sql sql, String tenant, long day, long amount) throws SQLException {
        sql.update(
                "UPDATE account SET held_nano_usd = held_nano_usd - ? WHERE tenant = ? AND day = ?",
                amount,
                tenant,
                day);
    }

    void spend(Sql sql, String tenant, long day, long amount) throws SQLException {
        open(sql, tenant, day);
        sql.update(
                "UPDATE account SET spent_nano_usd = spent_nano_usd + ? WHERE tenant = ? AND day = ?",
                amount,
                tenant,
                day);
    }

    private static void open(Sql sql, String tenant, long day) throws SQLException {
        sql.update("INSERT INTO account VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING", tenant, day);
    }

    /** A day's budget and what is used of it. */
    record Balance(long dailyNanoUsd, long spentNanoUsd, long heldNanoUsd) {
        /** What may still be set aside; 0 when the budget was lowered below what is used. */
        long left() {
            return Math.max(0, dailyNanoUsd - spentNanoUsd - heldNanoUsd);
        }
    }

    /** Money of a hold that has ended. */
    record Freed(long day, long amountNanoUsd) {}
}
