package dev.millrace.billing.sql;

import dev.millrace.billing.Charge;
import dev.millrace.billing.CostRow;
import dev.millrace.billing.Page;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.Turn;
import dev.millrace.billing.TurnDetail;
import dev.millrace.billing.TurnEnd;
import dev.millrace.billing.TurnHold;
import dev.millrace.billing.TurnState;
import dev.millrace.billing.UsagePeriod;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds and lists turns. Every query is keyed by the tenant first. */
final class Turns {
    /** The beginning of an id, with its time in milliseconds at least. */
    private static final Pattern BEGINNING = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}[0-9a-f-]{0,22}");

    private static final Pattern TOKEN = Pattern.compile("([0-9]{1,18})-(.{1,255})");
    private static final String SELECT = "SELECT t.*, (SELECT COALESCE(SUM(cost_nano_usd), 0) FROM attempt_entry e"
            + " WHERE e.turn_id = t.turn_id) AS upstream_nano_usd, " + Waste.OF_TURN
            + " AS wasted_output_tokens FROM turn t";

    private Turns() {}

    static Page<Turn> list(Sql sql, UsagePeriod period, int size, String token) throws SQLException {
        long before = Columns.micros(period.end());
        String beforeId = "";
        if (!token.isEmpty()) {
            Matcher parts = TOKEN.matcher(token);
            if (!parts.matches()) {
                throw new IllegalArgumentException("page_token: \"" + token + "\" (expected: one from this list)");
            }
            before = Long.parseLong(parts.group(1));
            beforeId = parts.group(2);
        }
        List<Turn> turns = sql.list(
                SELECT + " WHERE t.tenant = ? AND t.at >= ? AND t.at <= ? AND (t.at < ? OR t.turn_id < ?)"
                        + " ORDER BY t.at DESC, t.turn_id DESC LIMIT ?",
                Turns::turn,
                period.tenant(),
                Columns.micros(period.start()),
                before,
                before,
                beforeId,
                size + 1);
        boolean more = turns.size() > size;
        List<Turn> page = more ? turns.subList(0, size) : turns;
        String next = more
                ? Columns.micros(page.getLast().createTime()) + "-"
                        + page.getLast().turnId()
                : "";
        return new Page<>(page, next);
    }

    static Optional<TurnDetail> find(Sql sql, String tenant, String id) throws SQLException {
        Optional<Turn> turn = byTurnId(sql, tenant, id);
        if (turn.isEmpty()) {
            Optional<String> turnId = byRequestId(sql, tenant, id);
            turnId = turnId.isPresent() ? turnId : byBeginning(sql, tenant, id);
            turn = turnId.isPresent() ? byTurnId(sql, tenant, turnId.get()) : turn;
        }
        if (turn.isEmpty()) {
            return Optional.empty();
        }
        String turnId = turn.get().turnId();
        String decision = sql.first(
                        "SELECT decision_json FROM decision WHERE turn_id = ?", row -> row.getString(1), turnId)
                .orElse("");
        return Optional.of(new TurnDetail(turn.get(), costs(sql, turnId), holds(sql, turnId), decision));
    }

    private static Optional<String> byRequestId(Sql sql, String tenant, String id) throws SQLException {
        return sql.first(
                "SELECT turn_id FROM charge WHERE tenant = ? AND request_id = ? AND request_id <> ''"
                        + " ORDER BY settled_at DESC LIMIT 1",
                row -> row.getString(1),
                tenant,
                id);
    }

    /** The one settled turn whose id begins so; people copy the part that is shown to them. */
    private static Optional<String> byBeginning(Sql sql, String tenant, String id) throws SQLException {
        if (!BEGINNING.matcher(id).matches()) {
            return Optional.empty();
        }
        List<String> found = sql.list(
                "SELECT turn_id FROM charge WHERE tenant = ? AND turn_id >= ? AND turn_id < ? LIMIT 2",
                row -> row.getString(1),
                tenant,
                id,
                id + "g");
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    private static List<TurnHold> holds(Sql sql, String turnId) throws SQLException {
        return sql.list(
                "SELECT hold_id, model, amount_nano_usd, output_token_limit, lower(coalesce(end_cause, 'OPEN')) AS outcome"
                        + " FROM hold WHERE turn_id = ? ORDER BY length(hold_id), hold_id",
                row -> new TurnHold(
                        row.getString("hold_id"),
                        row.getString("model"),
                        row.getLong("amount_nano_usd"),
                        row.getLong("output_token_limit"),
                        row.getString("outcome")),
                turnId);
    }

    private static Optional<Turn> byTurnId(Sql sql, String tenant, String turnId) throws SQLException {
        Optional<Turn> ended = sql.first(SELECT + " WHERE t.turn_id = ? AND t.tenant = ?", Turns::turn, turnId, tenant);
        return ended.isPresent() ? ended : open(sql, tenant, turnId);
    }

    /** A turn that nobody settled yet, told from its calls or else its holds. */
    private static Optional<Turn> open(Sql sql, String tenant, String turnId) throws SQLException {
        return sql.first(
                "SELECT * FROM (SELECT provider, model, recorded_at AS at FROM attempt_entry"
                        + " WHERE turn_id = ? AND tenant = ? UNION ALL"
                        + " SELECT '', model, created_at FROM hold WHERE turn_id = ? AND tenant = ?) begun"
                        + " ORDER BY provider = '', at LIMIT 1",
                row -> new Turn(
                        turnId,
                        "",
                        Columns.instant(row.getLong("at")),
                        Optional.empty(),
                        "",
                        row.getString("provider"),
                        row.getString("model"),
                        "",
                        Tokens.UNKNOWN,
                        new Charge(turnId, 0, 0, "", "", 0, Columns.instant(row.getLong("at"))),
                        Optional.empty(),
                        Optional.empty(),
                        TurnState.OPEN,
                        OptionalLong.empty()),
                turnId,
                tenant,
                turnId,
                tenant);
    }

    private static Turn turn(ResultSet row) throws SQLException {
        TurnState state = TurnState.valueOf(row.getString("state"));
        Instant at = Columns.instant(row.getLong("at"));
        Charge charge = new Charge(
                row.getString("turn_id"),
                row.getLong("charged_nano_usd"),
                row.getLong("saved_nano_usd"),
                row.getString("reference_model"),
                row.getString("price_version"),
                row.getLong("upstream_nano_usd"),
                at);
        return new Turn(
                row.getString("turn_id"),
                row.getString("request_id"),
                at,
                state == TurnState.SETTLED ? Optional.of(TurnEnd.valueOf(row.getString("turn_end"))) : Optional.empty(),
                row.getString("route"),
                row.getString("engine"),
                row.getString("model"),
                row.getString("tier"),
                Columns.tokens(row, Provenance.valueOf(row.getString("provenance"))),
                charge,
                Columns.duration(row, "first_token_nanos"),
                Columns.duration(row, "total_nanos"),
                state,
                state == TurnState.SETTLED ? Columns.optionalLong(row, "wasted_output_tokens") : OptionalLong.empty());
    }

    /** Folds the entries of each call into one row: begin from rank 0 or else their hold, the rest from the highest rank. */
    private static List<CostRow> costs(Sql sql, String turnId) throws SQLException {
        List<CostRow> calls = new ArrayList<>();
        for (Entry entry : sql.list(
                "SELECT e.*, h.created_at AS begun_at FROM attempt_entry e LEFT JOIN hold h ON h.turn_id = e.turn_id"
                        + " AND h.hold_id = e.attempt_id AND h.begins_call = 1 AND e.try = 1 WHERE e.turn_id = ?"
                        + " ORDER BY length(e.attempt_id), e.attempt_id, e.try, e.rank",
                Turns::entry,
                turnId)) {
            boolean same = !calls.isEmpty()
                    && calls.getLast().attemptId().equals(entry.row.attemptId())
                    && calls.getLast().tryNumber() == entry.row.tryNumber();
            calls.add(same ? entry.after(calls.removeLast()) : entry.row);
        }
        return calls;
    }

    private static Entry entry(ResultSet row) throws SQLException {
        int rank = row.getInt("rank");
        long at = row.getLong("recorded_at");
        boolean started = rank == Attempts.RANK_STARTED;
        OptionalLong begun = started ? OptionalLong.of(at) : Columns.optionalLong(row, "begun_at");
        return new Entry(new CostRow(
                row.getString("attempt_id"),
                row.getInt("try"),
                row.getString("provider"),
                row.getString("model"),
                Columns.tokens(row, Attempts.provenance(rank)),
                row.getLong("cost_nano_usd"),
                row.getString("outcome"),
                begun.isPresent() ? Optional.of(Columns.instant(begun.getAsLong())) : Optional.empty(),
                started ? Optional.empty() : Optional.of(Columns.instant(at))));
    }

    /** One journal entry, in the form of the call that it alone would make. */
    private record Entry(CostRow row) {
        CostRow after(CostRow before) {
            return new CostRow(
                    row.attemptId(),
                    row.tryNumber(),
                    row.provider(),
                    row.model(),
                    row.tokens(),
                    before.costNanoUsd() + row.costNanoUsd(),
                    row.outcome(),
                    before.startTime(),
                    row.endTime());
        }
    }
}
