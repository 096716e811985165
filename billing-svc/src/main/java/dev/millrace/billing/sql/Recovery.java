package dev.millrace.billing.sql;

import dev.millrace.billing.AttemptPhase;
import dev.millrace.billing.Price;
import dev.millrace.billing.PriceBook;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Tokens;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Closes what a process left open that is gone.
 *
 * <p>A call that an entry or a live hold says has begun, and that has no end, is closed as ESTIMATED with what is known: the
 * prompt that its hold was made for, no output, and the price of that. Its turn, and every turn with a live hold, is noted
 * as recovered. In the mesh the other services may have outlived billing: the end that they report later corrects the
 * estimate, and a settlement makes the turn a settled one. Holds stay until they expire, for the same reason.
 */
final class Recovery {
    private static final String OUTCOME = "PROCESS_LOST";

    private final Holds holds;
    private final String orphanedCalls;
    private final String orphanedHolds;
    private final String begunByHolds;

    /** @param orphaned the condition under which a row of open_attempt or hold has lost its process */
    Recovery(Holds holds, String orphaned) {
        this.holds = holds;
        this.orphanedCalls = " FROM open_attempt JOIN attempt_entry e USING (turn_id, attempt_id, try)"
                + " WHERE e.rank = 0 AND " + orphaned;
        this.begunByHolds = " FROM hold WHERE " + Attempts.BEGUN + " AND " + orphaned;
        this.orphanedHolds = " FROM hold WHERE end_cause IS NULL AND (expire_at > ? OR (" + Attempts.BEGUN + "))"
                + " AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.turn_id = hold.turn_id) AND " + orphaned;
    }

    /** Whose turns are to be closed. */
    List<String> tenants(Sql sql, long nowMicros) throws SQLException {
        return sql.list(
                "SELECT e.tenant" + orphanedCalls + " UNION SELECT tenant" + orphanedHolds,
                row -> row.getString(1),
                nowMicros);
    }

    /** Closes what a tenant has open; tells how many calls that were. */
    int run(Sql sql, String tenant, PriceBook book, long nowMicros) throws SQLException {
        List<AttemptPhase.Call> open = sql.list(
                "SELECT e.turn_id, e.tenant, e.attempt_id, e.try, e.provider, e.model" + orphanedCalls
                        + " AND e.tenant = ? UNION ALL SELECT turn_id, tenant, hold_id, 1, '', model" + begunByHolds
                        + " AND tenant = ?",
                row -> new AttemptPhase.Call(
                        row.getString("turn_id"),
                        row.getString("tenant"),
                        row.getString("attempt_id"),
                        row.getInt("try"),
                        row.getString("provider"),
                        row.getString("model")),
                tenant,
                tenant);
        noteTurns(sql, tenant, nowMicros);
        for (AttemptPhase.Call call : open) {
            close(sql, call, book, nowMicros);
        }
        return open.size();
    }

    private void noteTurns(Sql sql, String tenant, long nowMicros) throws SQLException {
        sql.later(
                "INSERT INTO turn_recovery SELECT e.turn_id, e.tenant, e.provider, e.model, e.recorded_at, ?"
                        + orphanedCalls
                        + " AND e.tenant = ? AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.turn_id = e.turn_id)"
                        + " ORDER BY e.recorded_at DESC ON CONFLICT DO NOTHING",
                nowMicros,
                tenant);
        sql.later(
                "INSERT INTO turn_recovery SELECT turn_id, tenant, '', model, created_at, ?" + orphanedHolds
                        + " AND tenant = ? ORDER BY created_at DESC ON CONFLICT DO NOTHING",
                nowMicros,
                nowMicros,
                tenant);
    }

    private void close(Sql sql, AttemptPhase.Call call, PriceBook book, long nowMicros) throws SQLException {
        Optional<Holds.Known> hold = holds.find(sql, call.turnId(), call.attemptId());
        OptionalLong input = hold.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(sql.number(
                        "SELECT input_tokens FROM hold WHERE turn_id = ? AND hold_id = ?",
                        call.turnId(),
                        call.attemptId()));
        Tokens known = new Tokens(
                input, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), Provenance.ESTIMATED);
        Optional<Price> price = hold.map(Holds.Known::priceVersion).flatMap(book::version);
        long cost = price.map(row -> row.cost(known)).orElse(0L);
        AttemptPhase.Ended ended = new AttemptPhase.Ended(call, known, OUTCOME);
        String version = price.map(Price::version).orElse("");
        Attempts.insert(sql, new Attempts.Entry(ended, Attempts.RANK_RECOVERED, version, cost), nowMicros);
    }
}
