package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.sql.Sql;
import dev.millrace.billing.sql.SqlLedger;
import dev.millrace.billing.sql.Work;
import dev.millrace.billing.sql.Write;
import dev.millrace.rpc.Uuid7;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of one node, in one SQLite file that belongs to one process.
 *
 * <p>SQLite has no clock of its own, so the times in the ledger are this process's, from the clock that is given.
 */
public final class SqliteLedger extends SqlLedger {
    /** The file belongs to this process alone, so whatever is open when it starts was left by a dead one. */
    private static final String ORPHANED = "TRUE";

    private static final Logger LOG = LoggerFactory.getLogger(SqliteLedger.class);

    private final LedgerFile file;
    private final InstantSource clock;
    private final GroupCommit writer;
    private final Reader reader;
    private final Checkpoints checkpoints;
    private final Optional<PageCheck> pageCheck;

    /**
     * Opens the ledger, or makes it where there is none, and closes what an earlier process left open.
     *
     * @throws dev.millrace.billing.LedgerStartException when the file is damaged, in use, or cannot be written
     */
    public static SqliteLedger open(Path path, LedgerTerms terms, InstantSource clock) {
        return open(path, terms, clock, CheckPlan.USUAL);
    }

    static SqliteLedger open(Path path, LedgerTerms terms, InstantSource clock, CheckPlan plan) {
        LedgerFile file = LedgerFile.lock(path, clock, plan);
        try {
            return new SqliteLedger(file, file::force, terms, clock);
        } catch (SQLException e) {
            file.close();
            throw file.startFailure(e);
        } catch (IOException e) {
            file.close();
            throw file.startFailure(e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    SqliteLedger(LedgerFile file, WalSync sync, LedgerTerms terms, InstantSource clock)
            throws SQLException, IOException {
        super(terms, ORPHANED);
        this.file = file;
        this.clock = clock;
        SqliteSql sql = file.openWriter(Uuid7.mint());
        loadPrices(sql);
        recoverAll(sql);
        sql.pragma("PRAGMA synchronous = NORMAL");
        sql.pragma("PRAGMA wal_autocheckpoint = " + Checkpoints.WRITER_LOG_PAGES_MAX);
        Sql reading = file.openReader();
        SqliteSql checkpointing = file.openCheckpointer();
        this.pageCheck = file.checkLater();
        this.writer = new GroupCommit(sql, sync, file.damage());
        this.reader = new Reader(reading, file.damage());
        this.checkpoints = new Checkpoints(file, checkpointing);
        pageCheck.ifPresent(PageCheck::start);
    }

    private void recoverAll(Sql sql) throws SQLException {
        sql.update("BEGIN IMMEDIATE");
        int closed = 0;
        for (String tenant : orphans(sql)) {
            closed += recover(sql, tenant);
        }
        sql.update("COMMIT");
        if (closed > 0) {
            LOG.atWarn()
                    .addKeyValue("calls", closed)
                    .log("closed calls that an earlier process left open, as estimates");
        }
    }

    @Override
    protected <T> CompletableFuture<T> write(String tenant, Write<T> write) {
        return writer.write(write);
    }

    @Override
    protected <T> T read(Work<T> question) {
        return reader.read(question);
    }

    @Override
    protected Instant now() {
        return clock.instant();
    }

    @Override
    protected Optional<LedgerUnavailableException> distrust() {
        return file.damage().refusal();
    }

    @Override
    public Optional<String> damage() {
        return file.damage().told();
    }

    /** Whether every page of a file that is checked while it serves has been looked at; for tests. */
    boolean isChecked() {
        return pageCheck.map(PageCheck::isOver).orElse(true);
    }

    @Override
    public void close() {
        pageCheck.ifPresent(PageCheck::close);
        checkpoints.close();
        reader.close();
        writer.close();
        file.close();
    }
}
