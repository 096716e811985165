package dev.millrace.billing.sql;

import dev.millrace.billing.AttemptPhase;
import dev.millrace.billing.Price;
import dev.millrace.billing.PriceBook;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Tokens;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * Writes what provider calls cost the operator. Runs in the writer's transactions.
 *
 * <p>A journal: the end of a call is an entry whose rank says how good its counts are (recovered 1, estimated 2, counted 3,
 * reported 4). An entry of a higher rank corrects by the difference to what was booked before; one of the same or a lower
 * rank is ignored. So the sum does not depend on the order or the number of the messages.
 *
 * <p>The begin of an attempt's first call may stand in its hold instead of an entry of rank 0. A hold that ends before the end
 * of such a call is told, because its caller left or it expired, hands it over to one.
 */
final class Attempts {
    /** The condition under which a row of hold is all that is known of a call that has begun. */
    static final String BEGUN = "begins_call = 1 AND end_cause IS NULL AND NOT EXISTS (SELECT 1 FROM attempt_entry told"
            + " WHERE told.turn_id = hold.turn_id AND told.attempt_id = hold.hold_id AND told.try = 1)";

    static final int RANK_STARTED = 0;
    static final int RANK_RECOVERED = 1;
    private static final int RANK_ENDED = 2;
    private static final String BEFORE = "SELECT COALESCE(MAX(rank), -1), COALESCE(SUM(cost_nano_usd), 0)"
            + " FROM attempt_entry WHERE turn_id = ? AND attempt_id = ? AND try = ?";
    private static final String INSERT = "INSERT INTO attempt_entry (turn_id, attempt_id, try, rank, tenant, provider,"
            + " model, price_version, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, outcome,"
            + " cost_nano_usd, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT DO NOTHING";
    private static final String INSERT_START =
            "INSERT INTO attempt_entry (turn_id, attempt_id, try, rank, tenant, provider,"
                    + " model, price_version, outcome, cost_nano_usd, recorded_at) VALUES (?, ?, ?, 0, ?, ?, ?, ?, 'open', 0, ?)"
                    + " ON CONFLICT DO NOTHING";

    private static final String OUTLIVE = "INSERT INTO attempt_entry (turn_id, attempt_id, try, rank, tenant, provider,"
            + " model, price_version, outcome, cost_nano_usd, recorded_at) SELECT turn_id, hold_id, 1, 0, tenant, '',"
            + " model, price_version, 'open', 0, created_at FROM hold WHERE " + BEGUN;

    /** Books a phase; tells what the call has cost by now. */
    long record(Sql sql, AttemptPhase phase, PriceBook book, long nowMicros) throws SQLException {
        return switch (phase) {
            case AttemptPhase.Started started -> start(sql, started.call(), book, nowMicros);
            case AttemptPhase.Ended ended -> end(sql, ended, book, nowMicros);
        };
    }

    private static long start(Sql sql, AttemptPhase.Call call, PriceBook book, long nowMicros) throws SQLException {
        int added = sql.update(
                INSERT_START,
                call.turnId(),
                call.attemptId(),
                call.tryNumber(),
                call.tenant(),
                call.provider(),
                call.model(),
                book.inForce(call.model(), Columns.instant(nowMicros))
                        .map(Price::version)
                        .orElse(""),
                nowMicros);
        return added == 1 ? 0 : booked(sql, call);
    }

    private static long end(Sql sql, AttemptPhase.Ended ended, PriceBook book, long nowMicros) throws SQLException {
        AttemptPhase.Call call = ended.call();
        Optional<Price> price = price(sql, call, book, Columns.instant(nowMicros));
        long cost = price.map(row -> row.cost(ended.tokens())).orElse(0L);
        int rank = RANK_ENDED + ended.tokens().provenance().trust();
        String version = price.map(Price::version).orElse("");
        return insert(sql, new Entry(ended, rank, version, cost), nowMicros);
    }

    /** The row in force when the call began, so that a change in between does not count. */
    private static Optional<Price> price(Sql sql, AttemptPhase.Call call, PriceBook book, Instant now)
            throws SQLException {
        Optional<Price> current = book.inForce(call.model(), now);
        if (current.isEmpty() || !book.hasHistory(call.model())) {
            return current;
        }
        return pinned(sql, call)
                .flatMap(book::version)
                .filter(price -> price.model().equals(call.model()))
                .or(() -> current);
    }

    /** The price row that the call's start wrote down, or else its attempt's hold. */
    private static Optional<String> pinned(Sql sql, AttemptPhase.Call call) throws SQLException {
        Optional<String> started = sql.first(
                "SELECT price_version FROM attempt_entry"
                        + " WHERE turn_id = ? AND attempt_id = ? AND try = ? AND rank = 0",
                row -> row.getString(1),
                call.turnId(),
                call.attemptId(),
                call.tryNumber());
        return started.isPresent()
                ? started
                : sql.first(
                        "SELECT price_version FROM hold WHERE turn_id = ? AND hold_id = ?",
                        row -> row.getString(1),
                        call.turnId(),
                        call.attemptId());
    }

    /** Keeps the call open that a hold wrote down, before the hold ends. */
    static void outliveHold(Sql sql, String tenant, String turnId, String holdId) throws SQLException {
        sql.later(OUTLIVE + " AND tenant = ? AND turn_id = ? AND hold_id = ?", tenant, turnId, holdId);
    }

    /** The same for all of a tenant's holds that have expired. */
    static void outliveExpired(Sql sql, String tenant, long nowMicros) throws SQLException {
        sql.later(OUTLIVE + " AND tenant = ? AND expire_at <= ?", tenant, nowMicros);
    }

    /** Adds an entry that ends a call, unless a better or equal one is there; tells what the call has cost by now. */
    static long insert(Sql sql, Entry entry, long nowMicros) throws SQLException {
        AttemptPhase.Call call = entry.ended.call();
        Tokens tokens = entry.ended.tokens();
        // Read, then added: nobody else writes for this tenant meanwhile.
        Before before = sql.first(
                        BEFORE,
                        row -> new Before(row.getInt(1), row.getLong(2)),
                        call.turnId(),
                        call.attemptId(),
                        call.tryNumber())
                .orElseThrow();
        if (before.rank >= entry.rank) {
            return before.costNanoUsd;
        }
        sql.later(
                INSERT,
                call.turnId(),
                call.attemptId(),
                call.tryNumber(),
                entry.rank,
                call.tenant(),
                call.provider(),
                call.model(),
                entry.priceVersion,
                Columns.orNull(tokens.input()),
                Columns.orNull(tokens.output()),
                Columns.orNull(tokens.cachedInput()),
                Columns.orNull(tokens.reasoning()),
                entry.ended.outcome(),
                entry.costNanoUsd - before.costNanoUsd,
                nowMicros);
        return entry.costNanoUsd;
    }

    private static long booked(Sql sql, AttemptPhase.Call call) throws SQLException {
        return sql.number(
                "SELECT SUM(cost_nano_usd) FROM attempt_entry WHERE turn_id = ? AND attempt_id = ? AND try = ?",
                call.turnId(),
                call.attemptId(),
                call.tryNumber());
    }

    /** Where the counts of an entry of this rank come from. */
    static Provenance provenance(int rank) {
        return Provenance.ofTrust(rank - RANK_ENDED);
    }

    /** The end of a call as it is booked; cost in full, the difference is the journal's business. */
    record Entry(AttemptPhase.Ended ended, int rank, String priceVersion, long costNanoUsd) {}

    /** The best entry of a call, and what all of them have booked; rank -1: it has none. */
    private record Before(int rank, long costNanoUsd) {}
}
