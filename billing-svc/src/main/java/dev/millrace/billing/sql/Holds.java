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

    private static final String STATE = "SELECT " + Accounts.BALANCE
            + ", h.*, EXISTS (SELECT 1 FROM charge WHERE turn_id = ?) AS settled FROM " + Accounts.BALANCE_SOURCE
            + " LEFT JOIN hold h ON h.turn_id = ? AND h.hold_id = ?";

    private final Accounts accounts;

    Holds(Accounts accounts) {
        this.accounts = accounts;
    }

    Reservation reserve(Sql sql, HoldRequest request, Price price, long nowMicros) throws SQLException {
        String tenant = request.tenant();
        long day = Columns.day(nowMicros);
        State state = state(sql, request, day);
        Optional<Reservation> before = state.decides(request, nowMicros);
        if (before.isPresent()) {
            return before.get();
        }
        Accounts.Balance balance = accounts.withoutExpired(sql, tenant, state.balance, nowMicros);
        long left = balance.left();
        long wanted = request.wantedOutputTokens();
        long granted = price.affordableOutputTokens(request.inputTokens(), wanted, left);
        if (granted < Math.min(wanted, OUTPUT_TOKENS_MIN)) {
            return new Reservation.BudgetExhausted(
                    price.worstCost(request.inputTokens(), wanted), left, balance.dailyNanoUsd());
        }
        long amount = price.worstCost(request.inputTokens(), granted);
        if (!accounts.hold(sql, tenant, day, amount)) {
            return new Reservation.BudgetExhausted(amount, left, balance.dailyNanoUsd());
        }
        long expireAt = nowMicros + request.ttl().toNanos() / 1_000;
        sql.later(
                "INSERT INTO hold (turn_id, hold_id, tenant, day, key_id, model, price_version, input_tokens,"
                        + " output_token_limit, limited_by_budget, amount_nano_usd, created_at, expire_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                request.turnId(),
                request.attemptId(),
                tenant,
                day,
                request.keyId(),
                request.model(),
                price.version(),
                request.inputTokens(),
                granted,
                granted < wanted ? 1 : 0,
                amount,
                nowMicros,
                expireAt);
        return new Reservation.Granted(new Hold(
                request.attemptId(), amount, price.version(), Columns.instant(expireAt), granted, granted < wanted));
    }

    private State state(Sql sql, HoldRequest request, long day) throws SQLException {
        return sql.first(
                        STATE,
                        row -> new State(
                                row.getString("hold_id") == null ? Optional.empty() : Optional.of(known(row)),
                                row.getBoolean("settled"),
                                Accounts.balance(row)),
                        request.tenant(),
                        accounts.dailyNanoUsd,
                        request.tenant(),
                        request.turnId(),
                        request.tenant(),
                        day,
                        request.turnId(),
                        request.attemptId())
                .orElseThrow();
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

    /** Ends every hold of a turn whose money is set aside, and tells which. Its account is the caller's to book. */
    static List<Known> end(Sql sql, String tenant, String turnId, long nowMicros) throws SQLException {
        return sql.list(
                "UPDATE hold SET end_cause = 'SETTLED', ended_at = ? WHERE turn_id = ? AND tenant = ?"
                        + " AND end_cause IS NULL RETURNING hold_id, amount_nano_usd, price_version, expire_at,"
                        + " output_token_limit, limited_by_budget, tenant, model, day, NULL AS end_cause",
                Holds::known,
                nowMicros,
                turnId,
                tenant);
    }

    /** A hold of the past or present. */
    Optional<Known> find(Sql sql, String turnId, String holdId) throws SQLException {
        return sql.first("SELECT * FROM hold WHERE turn_id = ? AND hold_id = ?", Holds::known, turnId, holdId);
    }

    private static Known known(ResultSet row) throws SQLException {
        return new Known(
                new Hold(
                        row.getString("hold_id"),
                        row.getLong("amount_nano_usd"),
                        row.getString("price_version"),
                        Columns.instant(row.getLong("expire_at")),
                        row.getLong("output_token_limit"),
                        row.getInt("limited_by_budget") != 0),
                row.getString("tenant"),
                row.getString("model"),
                row.getLong("day"),
                row.getString("end_cause") == null);
    }

    /** What a reservation has to know: its attempt's hold, whether the turn is over, and what is left. */
    private record State(Optional<Known> known, boolean settled, Accounts.Balance balance) {
        /** What an earlier call for this attempt, or the end of its turn, decides already; empty: nothing. */
        Optional<Reservation> decides(HoldRequest request, long nowMicros) {
            if (known.isPresent() && !known.get().tenant.equals(request.tenant())) {
                return Optional.of(new Reservation.Conflict("tenant"));
            }
            if (settled) {
                return Optional.of(new Reservation.TurnSettled(request.turnId()));
            }
            return known.map(hold -> hold.repeat(request, nowMicros));
        }
    }

    /** A hold with whose it is, which day pays, and whether its money is still set aside. */
    record Known(Hold hold, String tenant, String model, long day, boolean live) {
        private Reservation repeat(HoldRequest request, long nowMicros) {
            if (!model.equals(request.model())) {
                return new Reservation.Conflict("model");
            }
            boolean lives = live && Columns.micros(hold.expireTime()) > nowMicros;
            return lives ? new Reservation.Granted(hold) : new Reservation.HoldEnded(hold.holdId());
        }
    }
}
