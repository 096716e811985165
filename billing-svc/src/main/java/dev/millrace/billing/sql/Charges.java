package dev.millrace.billing.sql;

import dev.millrace.billing.Charge;
import dev.millrace.billing.LatencyBuckets;
import dev.millrace.billing.Price;
import dev.millrace.billing.PriceBook;
import dev.millrace.billing.SettleOutcome;
import dev.millrace.billing.Settlement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the one charge of each turn. Runs in the writer's transactions.
 *
 * <p>charge = min(price of what was relayed, hold), nothing for an end that the operator bears, nothing without a hold. A
 * hold whose money is set aside no more (expired, or lost with the power) is charged only as far as the day's budget still
 * reaches, so that coming late never overshoots it.
 */
final class Charges {
    private final Holds holds;
    private final Accounts accounts;
    private final String referenceModel;

    Charges(Holds holds, Accounts accounts, String referenceModel) {
        this.holds = holds;
        this.accounts = accounts;
        this.referenceModel = referenceModel;
    }

    SettleOutcome settle(Sql sql, Settlement turn, PriceBook book, long nowMicros) throws SQLException {
        if (turn.end().isCallers() && !turn.holdId().isEmpty()) {
            Attempts.outliveHold(sql, turn.tenant(), turn.turnId(), turn.holdId());
        }
        Holds.Ending ending = Holds.end(sql, turn.tenant(), turn.turnId(), nowMicros);
        List<Holds.Known> ended = ending.ended();
        Optional<Holds.Known> hold = hold(sql, turn, ended);
        List<Holds.Known> freed = ended;
        if (!hold.map(Holds.Known::live).orElse(false)) {
            // Nothing is set aside for this charge: what the turn's other holds free counts before it is made.
            book(sql, turn, ended, 0, 0);
            freed = List.of();
        }
        if (hold.isPresent() && !hold.get().tenant().equals(turn.tenant())) {
            return new SettleOutcome.Conflict("tenant");
        }
        long day = hold.map(Holds.Known::day).orElse(Columns.day(nowMicros));
        Optional<Price> price = price(turn, hold, book, nowMicros);
        long charged = charged(sql, turn, hold, price, day);
        Charge charge = charge(turn, book, charged, price, ending.upstreamNanoUsd(), nowMicros);
        if (!insert(sql, turn, charge, day, nowMicros)) {
            book(sql, turn, freed, day, 0);
            return first(sql, turn);
        }
        book(sql, turn, freed, day, charged);
        if (!turn.decisionJson().isEmpty()) {
            sql.later("INSERT INTO decision VALUES (?, ?)", turn.turnId(), turn.decisionJson());
        }
        return new SettleOutcome.Settled(charge);
    }

    /** The hold of the attempt that answered: one of those that end now, or one that had ended before. */
    private Optional<Holds.Known> hold(Sql sql, Settlement turn, List<Holds.Known> freed) throws SQLException {
        if (turn.holdId().isEmpty()) {
            return Optional.empty();
        }
        for (Holds.Known one : freed) {
            if (one.holdId().equals(turn.holdId())) {
                return Optional.of(one);
            }
        }
        return holds.find(sql, turn.turnId(), turn.holdId());
    }

    private Charge charge(
            Settlement turn,
            PriceBook book,
            long charged,
            Optional<Price> price,
            long upstreamNanoUsd,
            long nowMicros) {
        Optional<Price> reference = book.inForce(referenceModel, Columns.instant(nowMicros));
        long saved = turn.end().isCharged()
                ? Math.max(0, reference.map(row -> row.cost(turn.tokens())).orElse(0L) - charged)
                : 0;
        return new Charge(
                turn.turnId(),
                charged,
                saved,
                reference.map(Price::model).orElse(""),
                price.map(Price::version).orElse(""),
                upstreamNanoUsd,
                Columns.instant(nowMicros));
    }

    /** Moves the money: each freed hold on its own day, the charge on the day of the hold that paid for it. */
    private static void book(Sql sql, Settlement turn, List<Holds.Known> freed, long chargeDay, long charged)
            throws SQLException {
        long spent = charged;
        for (Holds.Known one : freed) {
            boolean paysHere = one.day() == chargeDay;
            Accounts.settle(sql, turn.tenant(), one.day(), one.amountNanoUsd(), paysHere ? spent : 0);
            spent = paysHere ? 0 : spent;
        }
        Accounts.settle(sql, turn.tenant(), chargeDay, 0, spent);
    }

    /** The row that the hold pinned; of a lost hold, the one in force. */
    private static Optional<Price> price(Settlement turn, Optional<Holds.Known> hold, PriceBook book, long nowMicros) {
        if (turn.holdId().isEmpty()) {
            return Optional.empty();
        }
        return hold.flatMap(known -> book.version(known.priceVersion()))
                .or(() -> book.inForce(turn.model(), Columns.instant(nowMicros)));
    }

    private long charged(Sql sql, Settlement turn, Optional<Holds.Known> hold, Optional<Price> price, long day)
            throws SQLException {
        if (!turn.end().isCharged() || price.isEmpty()) {
            return 0;
        }
        long cost = price.get().cost(turn.tokens());
        long capped = Math.min(cost, hold.map(Holds.Known::amountNanoUsd).orElse(Long.MAX_VALUE));
        if (hold.map(Holds.Known::live).orElse(false)) {
            return capped;
        }
        return Math.min(capped, accounts.balance(sql, turn.tenant(), day).left());
    }

    /** False: the turn has one already. */
    private static boolean insert(Sql sql, Settlement turn, Charge charge, long day, long nowMicros)
            throws SQLException {
        return sql.update(
                        "INSERT INTO charge VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                                + " ?, ?, ?) ON CONFLICT (turn_id) DO NOTHING",
                        turn.turnId(),
                        turn.tenant(),
                        day,
                        turn.requestId(),
                        turn.keyId(),
                        turn.attemptId(),
                        turn.holdId(),
                        turn.end().name(),
                        turn.route(),
                        turn.engine(),
                        turn.model(),
                        turn.tier(),
                        Columns.orNull(turn.tokens().input()),
                        Columns.orNull(turn.tokens().output()),
                        Columns.orNull(turn.tokens().cachedInput()),
                        Columns.orNull(turn.tokens().reasoning()),
                        turn.tokens().provenance().name(),
                        charge.chargedNanoUsd(),
                        charge.savedNanoUsd(),
                        charge.referenceModel(),
                        charge.priceVersion(),
                        nanos(turn.firstToken()),
                        turn.firstToken().map(LatencyBuckets::bucket).orElse(null),
                        nanos(turn.total()),
                        LabelsJson.write(turn.labels()),
                        nowMicros)
                == 1;
    }

    private static @Nullable Long nanos(Optional<Duration> span) {
        return span.map(Duration::toNanos).orElse(null);
    }

    /** What the first of several settlements of this turn wrote. */
    private static SettleOutcome first(Sql sql, Settlement turn) throws SQLException {
        long upstream = upstream(sql, turn.turnId());
        return sql.first(
                        "SELECT * FROM charge WHERE turn_id = ? AND tenant = ?",
                        row -> new Charge(
                                turn.turnId(),
                                row.getLong("charged_nano_usd"),
                                row.getLong("saved_nano_usd"),
                                row.getString("reference_model"),
                                row.getString("price_version"),
                                upstream,
                                Columns.instant(row.getLong("settled_at"))),
                        turn.turnId(),
                        turn.tenant())
                .<SettleOutcome>map(SettleOutcome.Settled::new)
                .orElse(new SettleOutcome.Conflict("tenant"));
    }

    private static long upstream(Sql sql, String turnId) throws SQLException {
        return sql.number("SELECT SUM(cost_nano_usd) FROM attempt_entry WHERE turn_id = ?", turnId);
    }
}
