package dev.millrace.billing.sql;

import dev.millrace.billing.AttemptPhase;
import dev.millrace.billing.Budget;
import dev.millrace.billing.Grouping;
import dev.millrace.billing.Hold;
import dev.millrace.billing.HoldRequest;
import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.LedgerUnavailableException;
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
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * A ledger that speaks SQL: the rules are here, once for every store; how a transaction is begun, gathered with others and
 * made safe is the store's.
 */
public abstract class SqlLedger implements Ledger {
    /** The lane of rows that belong to no tenant. */
    private static final String NOBODY = "";

    private final Accounts accounts;
    private final Budgets budgets;
    private final Holds holds;
    private final Charges charges;
    private final Attempts attempts = new Attempts();
    private final Recovery recovery;
    /** Replaced under this object's lock. */
    private volatile PriceBook prices = new PriceBook(List.of());

    /** @param orphaned the condition under which a row of open_attempt or hold has lost its process */
    protected SqlLedger(LedgerTerms terms, String orphaned) {
        this.accounts = new Accounts(terms.dailyNanoUsd());
        this.budgets = new Budgets(accounts);
        this.holds = new Holds(accounts);
        this.charges = new Charges(holds, accounts, terms.referenceModel());
        this.recovery = new Recovery(holds, orphaned);
    }

    /**
     * Writes in one transaction, alone among the writes for this tenant. Returns at once; the future ends when that is as safe
     * as asked.
     */
    protected abstract <T> CompletableFuture<T> write(String tenant, Write<T> write);

    /** The same for a write of which nothing is told before it is as safe as asked. */
    protected final <T> CompletableFuture<T> write(String tenant, Durability durability, Work<T> work) {
        return write(tenant, new Write<>(durability, work));
    }

    /** Asks in one transaction that sees one moment. */
    protected abstract <T> T read(Work<T> question);

    /** The ledger's time, without asking the store. */
    protected abstract Instant now();

    /** Why this store's balances cannot be trusted, so that no money may be set aside; empty: they can. */
    protected Optional<LedgerUnavailableException> distrust() {
        return Optional.empty();
    }

    /** Reads the price rows anew; to be called before the first write. */
    protected final synchronized void loadPrices(Sql sql) throws SQLException {
        prices = Prices.load(sql);
    }

    /** Whose turns lost their process. */
    protected final List<String> orphans(Sql sql) throws SQLException {
        return recovery.tenants(sql, sql.nowMicros());
    }

    /** Closes a tenant's turns that lost their process; tells how many calls that were. */
    protected final int recover(Sql sql, String tenant) throws SQLException {
        return recovery.run(sql, tenant, prices, sql.nowMicros());
    }

    @Override
    public CompletableFuture<Reservation> reserve(HoldRequest request) {
        Instant now = now();
        Optional<Price> price = prices.inForce(request.model(), now);
        if (price.isEmpty() && !request.freeWithoutPrice()) {
            return CompletableFuture.completedFuture(new Reservation.PriceUnknown(request.model()));
        }
        if (price.isEmpty() || isFree(price.get(), request)) {
            return CompletableFuture.completedFuture(new Reservation.Granted(new Hold(
                    "",
                    0,
                    price.map(Price::version).orElse(""),
                    now.plus(request.ttl()),
                    request.wantedOutputTokens(),
                    false)));
        }
        Optional<LedgerUnavailableException> distrust = distrust();
        if (distrust.isPresent()) {
            return CompletableFuture.failedFuture(distrust.get());
        }
        return write(
                request.tenant(), Durability.KEPT, sql -> holds.reserve(sql, request, price.get(), sql.nowMicros()));
    }

    private static boolean isFree(Price price, HoldRequest request) {
        return price.worstCost(request.inputTokens(), request.wantedOutputTokens()) == 0;
    }

    @Override
    public CompletableFuture<OptionalLong> release(String tenant, String turnId, String holdId) {
        return write(tenant, Durability.KEPT, sql -> holds.release(sql, tenant, turnId, holdId, sql.nowMicros()));
    }

    @Override
    public CompletableFuture<SettleOutcome> settle(Settlement turn, Consumer<SettleOutcome> kept) {
        return write(
                turn.tenant(),
                new Write<>(Durability.DURABLE, sql -> charges.settle(sql, turn, prices, sql.nowMicros()), kept));
    }

    @Override
    public CompletableFuture<Long> record(AttemptPhase phase) {
        return write(
                phase.call().tenant(), Durability.KEPT, sql -> attempts.record(sql, phase, prices, sql.nowMicros()));
    }

    @Override
    public Budget budget(String tenant) {
        Optional<LedgerUnavailableException> distrust = distrust();
        if (distrust.isPresent()) {
            throw distrust.get();
        }
        return read(sql -> budgets.find(sql, tenant, sql.nowMicros()));
    }

    @Override
    public Budget setBudget(String tenant, long dailyNanoUsd, String actor) {
        return await(write(
                tenant, Durability.DURABLE, sql -> budgets.set(sql, tenant, dailyNanoUsd, actor, sql.nowMicros())));
    }

    @Override
    public PriceBook prices() {
        return prices;
    }

    @Override
    public Price putPrice(PriceChange change) {
        Price price = await(write(NOBODY, Durability.DURABLE, sql -> insert(sql, change)));
        addToBook(price);
        return price;
    }

    @Override
    public void offerPrices(List<PriceChange> changes) {
        List<Price> added = await(write(NOBODY, Durability.DURABLE, sql -> {
            List<Price> rows = new ArrayList<>();
            for (PriceChange change : changes) {
                if (!Prices.isOffered(sql, change)) {
                    rows.add(insert(sql, change));
                }
            }
            return rows;
        }));
        added.forEach(this::addToBook);
    }

    private static Price insert(Sql sql, PriceChange change) throws SQLException {
        Price price = change.toPrice(Uuid7.mint(), Columns.instant(sql.nowMicros()));
        Prices.insert(sql, price, change.actor(), sql.nowMicros());
        return price;
    }

    /** For the methods that block. */
    protected static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private synchronized void addToBook(Price price) {
        if (prices.version(price.version()).isEmpty()) {
            prices = prices.with(price);
        }
    }

    @Override
    public Page<Turn> turns(UsagePeriod period, int size, String token) {
        return read(sql -> Turns.list(sql, period, size, token));
    }

    @Override
    public Optional<TurnDetail> turn(String tenant, String id) {
        return read(sql -> Turns.find(sql, tenant, id));
    }

    @Override
    public UsageReport report(UsagePeriod period, Grouping grouping) {
        return read(sql -> Reports.report(sql, period, grouping));
    }
}
