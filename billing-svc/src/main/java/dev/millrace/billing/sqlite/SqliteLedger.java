package dev.millrace.billing.sqlite;

import dev.millrace.billing.AttemptPhase;
import dev.millrace.billing.Budget;
import dev.millrace.billing.Grouping;
import dev.millrace.billing.Hold;
import dev.millrace.billing.HoldRequest;
import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.Page;
import dev.millrace.billing.Price;
import dev.millrace.billing.PriceBook;
import dev.millrace.billing.PriceChange;
import dev.millrace.billing.Reservation;
import dev.millrace.billing.SettleOutcome;
import dev.millrace.billing.Settlement;
import dev.millrace.billing.Turn;
import dev.millrace.billing.TurnDetail;
import dev.millrace.billing.UsagePeriod;
import dev.millrace.billing.UsageReport;
import dev.millrace.rpc.Uuid7;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of one node, in one SQLite file that belongs to one process.
 *
 * <p>SQLite has no clock of its own, so the times in the ledger are this process's, from the clock that is given.
 */
public final class SqliteLedger implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteLedger.class);

    private final LedgerFile file;
    private final InstantSource clock;
    private final Accounts accounts;
    private final Holds holds;
    private final Charges charges;
    private final Attempts attempts = new Attempts();
    /** Replaced under this object's lock. */
    private volatile PriceBook prices;

    private final GroupCommit writer;
    private final Reader reader;
    private final Checkpoints checkpoints;

    /**
     * Opens the ledger, or makes it where there is none, and closes what an earlier process left open.
     *
     * @throws dev.millrace.billing.LedgerStartException when the file is damaged, in use, or cannot be written
     */
    public static SqliteLedger open(Path path, LedgerTerms terms, InstantSource clock) {
        LedgerFile file = LedgerFile.lock(path);
        try {
            return new SqliteLedger(file, file::force, terms, clock);
        } catch (SQLException e) {
            file.close();
            throw file.startFailure(e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    SqliteLedger(LedgerFile file, WalSync sync, LedgerTerms terms, InstantSource clock) throws SQLException {
        this.file = file;
        this.clock = clock;
        this.accounts = new Accounts(terms.dailyNanoUsd());
        this.holds = new Holds(accounts);
        this.charges = new Charges(holds, accounts, terms.referenceModel());
        Sql sql = file.openWriter(Uuid7.mint(), nowMicros());
        this.prices = Prices.load(sql);
        recover(sql);
        sql.pragma("PRAGMA synchronous = NORMAL");
        sql.pragma("PRAGMA wal_autocheckpoint = " + Checkpoints.WRITER_LOG_PAGES_MAX);
        Sql reading = file.openReader();
        Sql checkpointing = file.openCheckpointer();
        this.writer = new GroupCommit(sql, sync, file.path());
        this.reader = new Reader(reading, file.path());
        this.checkpoints = new Checkpoints(file, checkpointing);
    }

    private void recover(Sql sql) throws SQLException {
        sql.update("BEGIN IMMEDIATE");
        int closed = new Recovery(holds).run(sql, prices, nowMicros());
        sql.update("COMMIT");
        if (closed > 0) {
            LOG.atWarn()
                    .addKeyValue("calls", closed)
                    .log("closed calls that an earlier process left open, as estimates");
        }
    }

    @Override
    public Reservation reserve(HoldRequest request) {
        Optional<Price> price = prices().inForce(request.model(), clock.instant());
        if (price.isEmpty() && !request.freeWithoutPrice()) {
            return new Reservation.PriceUnknown(request.model());
        }
        if (price.isEmpty() || isFree(price.get(), request)) {
            return new Reservation.Granted(new Hold(
                    "",
                    0,
                    price.map(Price::version).orElse(""),
                    clock.instant().plus(request.ttl()),
                    request.wantedOutputTokens(),
                    false));
        }
        return writer.write(Durability.KEPT, sql -> holds.reserve(sql, request, price.get(), nowMicros()));
    }

    private static boolean isFree(Price price, HoldRequest request) {
        return price.worstCost(request.inputTokens(), request.wantedOutputTokens()) == 0;
    }

    @Override
    public OptionalLong release(String tenant, String turnId, String holdId) {
        return writer.write(Durability.KEPT, sql -> holds.release(sql, tenant, turnId, holdId, nowMicros()));
    }

    @Override
    public SettleOutcome settle(Settlement settlement) {
        return writer.write(Durability.DURABLE, sql -> charges.settle(sql, settlement, prices(), nowMicros()));
    }

    @Override
    public long record(AttemptPhase phase) {
        return writer.write(Durability.KEPT, sql -> attempts.record(sql, phase, prices(), nowMicros()));
    }

    @Override
    public Budget budget(String tenant) {
        return reader.read(sql -> budget(sql, tenant));
    }

    private Budget budget(Sql sql, String tenant) throws SQLException {
        long now = nowMicros();
        Accounts.Balance balance = accounts.balance(sql, tenant, Columns.day(now));
        long held = sql.number(
                "SELECT SUM(amount_nano_usd) FROM hold"
                        + " WHERE tenant = ? AND end_cause IS NULL AND expire_at > ? AND day = ?",
                tenant,
                now,
                Columns.day(now));
        return new Budget(
                tenant, balance.dailyNanoUsd(), balance.spentNanoUsd(), held, Columns.instant(Columns.nextDay(now)));
    }

    @Override
    public Budget setBudget(String tenant, long dailyNanoUsd, String actor) {
        return writer.write(Durability.DURABLE, sql -> {
            sql.update(
                    "INSERT INTO budget VALUES (?, ?) ON CONFLICT (tenant)"
                            + " DO UPDATE SET daily_nano_usd = excluded.daily_nano_usd",
                    tenant,
                    dailyNanoUsd);
            sql.update(
                    "INSERT INTO budget_change VALUES (?, ?, ?, ?, ?)",
                    Uuid7.mint(),
                    tenant,
                    dailyNanoUsd,
                    actor,
                    nowMicros());
            return budget(sql, tenant);
        });
    }

    @Override
    public PriceBook prices() {
        return prices;
    }

    @Override
    public Price putPrice(PriceChange change) {
        Price price = change.toPrice(Uuid7.mint(), Columns.instant(nowMicros()));
        writer.write(Durability.DURABLE, sql -> {
            Prices.insert(sql, price, change.actor(), nowMicros());
            return price;
        });
        addToBook(price);
        return price;
    }

    @Override
    public void offerPrices(List<PriceChange> changes) {
        List<Price> added = writer.write(Durability.DURABLE, sql -> {
            List<Price> rows = new ArrayList<>();
            for (PriceChange change : changes) {
                if (!Prices.isOffered(sql, change)) {
                    Price price = change.toPrice(Uuid7.mint(), Columns.instant(nowMicros()));
                    Prices.insert(sql, price, change.actor(), nowMicros());
                    rows.add(price);
                }
            }
            return rows;
        });
        added.forEach(this::addToBook);
    }

    private synchronized void addToBook(Price price) {
        prices = prices.with(price);
    }

    @Override
    public Page<Turn> turns(UsagePeriod period, int size, String token) {
        return reader.read(sql -> Turns.list(sql, period, size, token));
    }

    @Override
    public Optional<TurnDetail> turn(String tenant, String id) {
        return reader.read(sql -> Turns.find(sql, tenant, id));
    }

    @Override
    public UsageReport report(UsagePeriod period, Grouping grouping) {
        return reader.read(sql -> Reports.report(sql, period, grouping));
    }

    @Override
    public void close() {
        checkpoints.close();
        reader.close();
        writer.close();
        file.close();
    }

    private long nowMicros() {
        return Columns.micros(clock.instant());
    }
}
