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

    /** Read by place: to look names up, drivers ask for those of all columns each time. */
    private static final String KNOWN = "hold_id, amount_nano_usd, price_version, expire_at, output_token_limit,"
            + " limited_by_budget, tenant, model, day";

    private static final int BALANCE_COLUMNS = 4;

    private static final String STATE = "SELECT " + Accounts.BALANCE
            + ", EXISTS (SELECT 1 FROM charge WHERE turn_id = ?), h." + KNOWN.replace(", ", ", h.")
            + ", h.end_cause FROM "
            + Accounts.BALANCE_SOURCE + " LEFT JOIN hold h ON h.turn_id = ? AND h.hold_id = ?";

    private static final String LIVE =
            "SELECT (SELECT COALESCE(SUM(cost_nano_usd), 0) FROM attempt_entry WHERE turn_id = ?), h."
                    + KNOWN.replace(", ", ", h.")
                    + ", h.end_cause FROM (SELECT 1) one"
                    + " LEFT JOIN hold h ON h.turn_id = ? AND h.tenant = ? AND h.end_cause IS NULL";

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
                        + " output_token_limit, limited_by_budget, amount_nano_usd, created_at, expire_at, begins_call)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                expireAt,
                request.beginsCall() ? 1 : 0);
        return new Reservation.Granted(new Hold(
                request.attemptId(), amount, price.version(), Columns.instant(expireAt), granted, granted < wanted));
    }

    private State state(Sql sql, HoldRequest request, long day) throws SQLException {
        return sql.first(
                        STATE,
                        row -> new State(
                                row.getString(BALANCE_COLUMNS + 2) == null
                                        ? Optional.empty()
                                        : Optional.of(known(row, BALANCE_COLUMNS + 2)),
                                row.getBoolean(BALANCE_COLUMNS + 1),
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

    /** Ends every hold of a turn whose money is set aside. Its account is the caller's to book. */
    static Ending end(Sql sql, String tenant, String turnId, long nowMicros) throws SQLException {
        // Read, then changed: nobody else writes for this tenant meanwhile, and to have changed rows returned costs
        // more.
        List<Ending> rows = sql.list(
                LIVE,
                row -> new Ending(row.getString(2) == null ? List.of() : List.of(known(row, 2)), row.getLong(1)),
                turnId,
                turnId,
                tenant);
        List<Known> live = rows.stream().flatMap(row -> row.ended.stream()).toList();
        if (!live.isEmpty()) {
            sql.later(
                    "UPDATE hold SET end_cause = 'SETTLED', ended_at = ?"
                            + " WHERE turn_id = ? AND tenant = ? AND end_cause IS NULL",
                    nowMicros,
                    turnId,
                    tenant);
        }
        return new Ending(live, rows.getFirst().upstreamNanoUsd);
    }

    /** A hold of the past or present. */
    Optional<Known> find(Sql sql, String turnId, String holdId) throws SQLException {
        return sql.first(
                "SELECT " + KNOWN + ", end_cause FROM hold WHERE turn_id = ? AND hold_id = ?",
                row -> known(row, 1),
                turnId,
                holdId);
    }

    /** Reads the columns of {@link #KNOWN} and the cause of the end behind them. */
    private static Known known(ResultSet row, int first) throws SQLException {
        return new Known(
                new Hold(
                        row.getString(first),
                        row.getLong(first + 1),
                        row.getString(first + 2),
                        Columns.instant(row.getLong(first + 3)),
                        row.getLong(first + 4),
                        row.getInt(first + 5) != 0),
                row.getString(first + 6),
                row.getString(first + 7),
                row.getLong(first + 8),
                row.getString(first + 9) == null);
    }

    /** The holds that end with their turn, and what its calls have cost by now. */
    record Ending(List<Known> ended, long upstreamNanoUsd) {}

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
