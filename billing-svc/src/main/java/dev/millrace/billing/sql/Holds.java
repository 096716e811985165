package dev.millrace.billing.sql;

import dev.millrace.billing.Hold;
import dev.millrace.billing.HoldRequest;
import dev.millrace.billing.Price;
import dev.millrace.billing.Reservation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Sets money aside and frees it. Runs in the writer's transactions; a hold's id is its attempt's. */
final class Holds {
    /** An answer shorter than this is not worth a call. */
    private static final long OUTPUT_TOKENS_MIN = 64;

    /** Sets money aside where all is as mostly: the attempt is new, its turn not settled, and no hold has expired. */
    private static final String HOLD_AT_ONCE = Accounts.HOLD
            + " AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.turn_id = ?)"
            + " AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.turn_id = ? AND h.hold_id = ?)"
            + " AND NOT EXISTS (SELECT 1 FROM hold h"
            + " WHERE h.tenant = account.tenant AND h.end_cause IS NULL AND h.expire_at <= ?)";

    /** Read by place, and few of them: drivers ask for the names of all columns, once a result or once a look-up. */
    private static final String LIVE =
            "SELECT (SELECT COALESCE(SUM(cost_nano_usd), 0) FROM attempt_entry WHERE turn_id = ?),"
                    + " h.hold_id, h.amount_nano_usd, h.price_version, h.day"
                    + " FROM (SELECT 1) one LEFT JOIN hold h ON h.turn_id = ? AND h.tenant = ? AND h.end_cause IS NULL";

    private final Accounts accounts;

    Holds(Accounts accounts) {
        this.accounts = accounts;
    }

    Reservation reserve(Sql sql, HoldRequest request, Price price, long nowMicros) throws SQLException {
        String tenant = request.tenant();
        long day = Columns.day(nowMicros);
        long wanted = request.wantedOutputTokens();
        long worst = price.worstCost(request.inputTokens(), wanted);
        if (holdAtOnce(sql, request, day, worst, nowMicros)) {
            return insert(sql, request, price, wanted, worst, nowMicros);
        }
        Optional<Reservation> before = before(sql, request, nowMicros);
        if (before.isPresent()) {
            return before.get();
        }
        Accounts.Balance balance = accounts.withoutExpired(sql, tenant, nowMicros);
        long left = balance.left();
        long granted = price.affordableOutputTokens(request.inputTokens(), wanted, left);
        if (granted < Math.min(wanted, OUTPUT_TOKENS_MIN)) {
            return new Reservation.BudgetExhausted(worst, left, balance.dailyNanoUsd());
        }
        long amount = price.worstCost(request.inputTokens(), granted);
        if (!accounts.hold(sql, tenant, day, amount)) {
            return new Reservation.BudgetExhausted(amount, left, balance.dailyNanoUsd());
        }
        return insert(sql, request, price, granted, amount, nowMicros);
    }

    /** False: something is in the way, and nothing was changed. */
    private boolean holdAtOnce(Sql sql, HoldRequest request, long day, long amount, long nowMicros)
            throws SQLException {
        return sql.update(
                        HOLD_AT_ONCE,
                        amount,
                        request.tenant(),
                        day,
                        amount,
                        accounts.dailyNanoUsd,
                        request.turnId(),
                        request.turnId(),
                        request.attemptId(),
                        nowMicros)
                == 1;
    }

    private static Reservation insert(
            Sql sql, HoldRequest request, Price price, long granted, long amount, long nowMicros) throws SQLException {
        boolean limited = granted < request.wantedOutputTokens();
        long expireAt = nowMicros + request.ttl().toNanos() / 1_000;
        sql.later(
                "INSERT INTO hold (turn_id, hold_id, tenant, day, key_id, model, price_version, input_tokens,"
                        + " output_token_limit, limited_by_budget, amount_nano_usd, created_at, expire_at, begins_call)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                request.turnId(),
                request.attemptId(),
                request.tenant(),
                Columns.day(nowMicros),
                request.keyId(),
                request.model(),
                price.version(),
                request.inputTokens(),
                granted,
                limited ? 1 : 0,
                amount,
                nowMicros,
                expireAt,
                request.beginsCall() ? 1 : 0);
        return new Reservation.Granted(
                new Hold(request.attemptId(), amount, price.version(), Columns.instant(expireAt), granted, limited));
    }

    /** What an earlier call for this attempt, or the end of its turn, decides already; empty: nothing. */
    private static Optional<Reservation> before(Sql sql, HoldRequest request, long nowMicros) throws SQLException {
        Optional<Earlier> earlier = sql.first(
                "SELECT hold_id, amount_nano_usd, price_version, expire_at, output_token_limit, limited_by_budget, tenant,"
                        + " model, end_cause FROM hold WHERE turn_id = ? AND hold_id = ?",
                Holds::earlier,
                request.turnId(),
                request.attemptId());
        if (earlier.isPresent() && !earlier.get().tenant.equals(request.tenant())) {
            return Optional.of(new Reservation.Conflict("tenant"));
        }
        if (sql.number("SELECT COUNT(*) FROM charge WHERE turn_id = ?", request.turnId()) > 0) {
            return Optional.of(new Reservation.TurnSettled(request.turnId()));
        }
        return earlier.map(hold -> hold.repeat(request, nowMicros));
    }

    private static Earlier earlier(ResultSet row) throws SQLException {
        return new Earlier(
                new Hold(
                        row.getString(1),
                        row.getLong(2),
                        row.getString(3),
                        Columns.instant(row.getLong(4)),
                        row.getLong(5),
                        row.getInt(6) != 0),
                row.getString(7),
                row.getString(8),
                row.getString(9) == null);
    }

    OptionalLong release(Sql sql, String tenant, String turnId, String holdId, long nowMicros) throws SQLException {
        Optional<Known> known = find(sql, turnId, holdId).filter(found -> found.tenant.equals(tenant));
        if (known.isEmpty()) {
            return OptionalLong.empty();
        }
        Optional<Long> freed = sql.first(
                "UPDATE hold SET end_cause = 'RELEASED', ended_at = ?"
                        + " WHERE turn_id = ? AND hold_id = ? AND end_cause IS NULL RETURNING amount_nano_usd",
                row -> row.getLong(1),
                nowMicros,
                turnId,
                holdId);
        if (freed.isPresent()) {
            Accounts.free(sql, tenant, known.get().day, freed.get());
        }
        return OptionalLong.of(freed.orElse(0L));
    }

    /** Ends every hold of a turn whose money is set aside. Its account is the caller's to book. */
    static Ending end(Sql sql, String tenant, String turnId, long nowMicros) throws SQLException {
        // Read, then changed: nobody else writes for this tenant meanwhile, and to have changed rows returned costs
        // more.
        List<Ending> rows =
                sql.list(LIVE, row -> new Ending(live(row, tenant), row.getLong(1)), turnId, turnId, tenant);
        List<Known> live = rows.stream().flatMap(row -> row.ended.stream()).toList();
        for (Known one : live) {
            // By its whole key, which costs less than to look for those that live; mostly there is one.
            sql.later(
                    "UPDATE hold SET end_cause = 'SETTLED', ended_at = ?"
                            + " WHERE turn_id = ? AND hold_id = ? AND end_cause IS NULL",
                    nowMicros,
                    turnId,
                    one.holdId);
        }
        return new Ending(live, rows.getFirst().upstreamNanoUsd);
    }

    private static List<Known> live(ResultSet row, String tenant) throws SQLException {
        String holdId = row.getString(2);
        return holdId == null
                ? List.of()
                : List.of(new Known(holdId, row.getLong(3), row.getString(4), tenant, row.getLong(5), true));
    }

    /** A hold of the past or present. */
    Optional<Known> find(Sql sql, String turnId, String holdId) throws SQLException {
        return sql.first(
                "SELECT hold_id, amount_nano_usd, price_version, tenant, day, end_cause FROM hold"
                        + " WHERE turn_id = ? AND hold_id = ?",
                Holds::known,
                turnId,
                holdId);
    }

    private static Known known(ResultSet row) throws SQLException {
        return new Known(
                row.getString(1),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                row.getLong(5),
                row.getString(6) == null);
    }

    /** The holds that end with their turn, and what its calls have cost by now. */
    record Ending(List<Known> ended, long upstreamNanoUsd) {}

    /** What is booked of a hold: its money, the price that it pinned, which day pays, and whether it is still set aside. */
    record Known(String holdId, long amountNanoUsd, String priceVersion, String tenant, long day, boolean live) {}

    /** The hold that an earlier call for the same attempt was given. */
    private record Earlier(Hold hold, String tenant, String model, boolean live) {
        private Reservation repeat(HoldRequest request, long nowMicros) {
            if (!model.equals(request.model())) {
                return new Reservation.Conflict("model");
            }
            boolean lives = live && Columns.micros(hold.expireTime()) > nowMicros;
            return lives ? new Reservation.Granted(hold) : new Reservation.HoldEnded(hold.holdId());
        }
    }
}
