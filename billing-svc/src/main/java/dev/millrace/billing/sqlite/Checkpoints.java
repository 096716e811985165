package dev.millrace.billing.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the write-ahead log into the database file from time to time, on a thread and connection of its own, so that the
 * writer does not wait for the two fsyncs that this takes. The writer's own limit is the backstop when this falls behind.
 */
final class Checkpoints implements AutoCloseable {
    /** The writer checkpoints by itself past so many pages of 4 KiB: 64 MiB. */
    static final int WRITER_LOG_PAGES_MAX = 16_384;

    /** The writer leaves the log where it is. */
    static final int WRITER_NEVER = 0;

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final long LOG_BYTES = 4L << 20;
    private static final long LOOK_MILLIS = 500;

    private final LedgerFile file;
    private final SqliteSql sql;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /** @param sql given away: this closes it */
    Checkpoints(LedgerFile file, SqliteSql sql) {
        this.file = file;
        this.sql = sql;
        this.thread = Thread.ofPlatform().daemon().name("ledger-checkpoint").start(this::run);
    }

    private void run() {
        try {
            while (!closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                checkpoint();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void checkpoint() {
        try {
            if (file.logBytes() >= LOG_BYTES && !file.damage().isFound()) {
                sql.pragma("PRAGMA wal_checkpoint(PASSIVE)");
            }
        } catch (SQLException e) {
            file.damage().met(e);
            tellFailed(e);
        } catch (IOException e) {
            tellFailed(e);
        }
    }

    /** As of a full disk: what is in the log stays valid, and the next look tries again. */
    private void tellFailed(Exception e) {
        LOG.atWarn().addKeyValue("path", file.path()).setCause(e).log("checkpoint of the ledger failed");
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
            sql.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.atWarn().addKeyValue("path", file.path()).setCause(e).log("ledger did not close cleanly");
        }
    }
}
