package dev.millrace.billing.sql;

import dev.millrace.billing.Budget;
import dev.millrace.rpc.Uuid7;
import java.sql.SQLException;

/** The daily budgets that were set, and what is used of them. */
final class Budgets {
    private final Accounts accounts;

    Budgets(Accounts accounts) {
        this.accounts = accounts;
    }

    /** As of now: what is held by holds that have expired counts no more, freed or not. */
    Budget find(Sql sql, String tenant, long nowMicros) throws SQLException {
        long day = Columns.day(nowMicros);
        Accounts.Balance balance = accounts.balance(sql, tenant, day);
        long held = sql.number(
                "SELECT SUM(amount_nano_usd) FROM hold"
                        + " WHERE tenant = ? AND end_cause IS NULL AND expire_at > ? AND day = ?",
                tenant,
                nowMicros,
                day);
        return new Budget(
                tenant,
                balance.dailyNanoUsd(),
                balance.spentNanoUsd(),
                held,
                Columns.instant(Columns.nextDay(nowMicros)));
    }

    Budget set(Sql sql, String tenant, long dailyNanoUsd, String actor, long nowMicros) throws SQLException {
        sql.later(
                "INSERT INTO budget VALUES (?, ?) ON CONFLICT (tenant)"
                        + " DO UPDATE SET daily_nano_usd = excluded.daily_nano_usd",
                tenant,
                dailyNanoUsd);
        sql.later(
                "INSERT INTO budget_change VALUES (?, ?, ?, ?, ?)",
                Uuid7.mint(),
                tenant,
                dailyNanoUsd,
                actor,
                nowMicros);
        return find(sql, tenant, nowMicros);
    }
}
