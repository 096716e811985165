package dev.millrace.billing.postgres;

import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.sql.Durability;
import dev.millrace.billing.sql.Sql;
import dev.millrace.billing.sql.SqlLedger;
import dev.millrace.billing.sql.Work;
import dev.millrace.billing.sql.Write;
import dev.millrace.rpc.Uuid7;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger in a PostgreSQL database that any number of billing processes share; its times are the database's.
 *
 * <p>A price row that another process adds is known here from the next write on, and after two seconds at the latest.
 */
public final class PostgresLedger extends SqlLedger {
    /** Transactions of one process that may be open at a time. */
    static final int WRITERS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLedger.class);

    private final Connections connections;
    private final DatabaseClock clock;
    private final Syncer syncer;
    private final List<Lane> lanes;
    private final Presence presence;

    /**
     * Opens the ledger, brings its tables up to date, and closes what dead processes left open.
     *
     * @throws dev.millrace.billing.LedgerStartException when the database cannot be reached or used
     */
    public static PostgresLedger open(PostgresPlace place, LedgerTerms terms) {
        return open(place, terms, new DatabaseClock());
    }

    static PostgresLedger open(PostgresPlace place, LedgerTerms terms, DatabaseClock clock) {
        String instanceId = Uuid7.mint();
        PostgresLedger ledger =
                new PostgresLedger(Connections.open(place, instanceId, clock), clock, terms, instanceId);
        try {
            ledger.presence.start();
            return ledger;
        } catch (RuntimeException e) {
            ledger.close();
            throw e;
        }
    }

    private PostgresLedger(Connections connections, DatabaseClock clock, LedgerTerms terms, String instanceId) {
        super(terms, Presence.ORPHANED);
        this.connections = connections;
        this.clock = clock;
        this.syncer = new Syncer(connections);
        this.lanes = IntStream.range(0, WRITERS)
                .mapToObj(i -> new Lane(i, connections, syncer, this::begin))
                .toList();
        this.presence = new Presence(connections, instanceId, this::refresh, this::recoverAll);
    }

    /** Tells the other processes now, and not only when it is time, that this one lives. */
    void beat() {
        presence.beat();
    }

    private void begin(PostgresSql sql, int... tenants) throws SQLException {
        if (sql.begin(tenants) != prices().all().size()) {
            loadPrices(sql);
        }
    }

    private boolean refresh(Sql sql) throws SQLException {
        if (sql.number("SELECT COUNT(*) FROM price") != prices().all().size()) {
            loadPrices(sql);
        }
        return true;
    }

    private void recoverAll() {
        int closed = 0;
        for (String tenant : read(this::orphans)) {
            closed += await(write(tenant, Durability.KEPT, sql -> recover(sql, tenant)));
        }
        if (closed > 0) {
            LOG.atWarn()
                    .addKeyValue("calls", closed)
                    .log("closed calls that a process of billing left open, as estimates");
        }
    }

    @Override
    protected <T> CompletableFuture<T> write(String tenant, Write<T> write) {
        // The same number in every process: the language fixes how a text is hashed.
        int lock = tenant.hashCode();
        lanes.get(Math.floorMod(lock, WRITERS)).write(lock, write);
        return write.future();
    }

    @Override
    protected <T> T read(Work<T> question) {
        return connections.ask(question);
    }

    @Override
    public boolean isAtHand() {
        return presence.isHeard();
    }

    @Override
    protected Instant now() {
        return clock.instant();
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
        syncer.close();
        presence.close();
        connections.close();
    }
}
