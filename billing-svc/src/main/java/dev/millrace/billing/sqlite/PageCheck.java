package dev.millrace.billing.sqlite;

import dev.millrace.billing.sql.Sql;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every page of a ledger that is too large for that before the start, while it serves: once, by a connection that only
 * reads, on a thread of its own that is idle for three quarters of the time.
 *
 * <p>It sees one moment of the file, so the log cannot begin anew before it ends. Where the log has grown much meanwhile it
 * hurries, so that it ends. A gibibyte takes about seven seconds, and no more than ten milliseconds of the start and the end.
 */
final class PageCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageCheck.class);
    /** Pages, or steps of SQLite's machine, between two looks at the clock: well under a millisecond. */
    private static final int STEPS = 128;

    private static final int IDLE_SHARES = 3;
    private static final Duration END_WITHIN = Duration.ofSeconds(2);
    private static final long STRETCH_NANOS = 5_000_000;
    private static final long HURRY_LOG_BYTES = 256L << 20;

    private final LedgerFile file;
    private final SqliteSql sql;
    private final Duration rest;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private Thread thread = Thread.ofPlatform().unstarted(() -> {});
    /** Only the check's own thread's. */
    private long idleUntilNanos;

    /** @param sql given away: this closes it, or leaves it to the file where damage was found */
    PageCheck(LedgerFile file, SqliteSql sql, Duration rest) {
        this.file = file;
        this.sql = sql;
        this.rest = rest;
    }

    /** What is wrong with the first page that is; empty: nothing. */
    static Optional<String> run(Sql sql) throws SQLException {
        String answer =
                sql.first("PRAGMA quick_check(1)", row -> row.getString(1)).orElse("no answer");
        return answer.equals("ok")
                ? Optional.empty()
                : Optional.of(answer.strip().replace('\n', ' '));
    }

    void start() {
        thread = Thread.ofPlatform().daemon().name("ledger-check").start(this::look);
    }

    private void look() {
        try {
            if (closing.await(rest.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
            long beginNanos = System.nanoTime();
            sql.interruptWhere(STEPS, this::giveWay);
            Optional<String> found = found();
            if (found.isPresent()) {
                file.damage().found(found.get());
            } else {
                LOG.atInfo()
                        .addKeyValue("path", file.path())
                        .addKeyValue("took", Duration.ofNanos(System.nanoTime() - beginNanos))
                        .log("every page of the ledger is sound");
            }
        } catch (SQLException failure) {
            if (!SqliteFailure.isInterrupt(failure)) {
                LOG.atWarn()
                        .addKeyValue("path", file.path())
                        .setCause(failure)
                        .log("the pages of the ledger could not be checked; the next start tries again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            over.countDown();
        }
    }

    private Optional<String> found() throws SQLException {
        try {
            return run(sql);
        } catch (SQLException failure) {
            if (SqliteFailure.isDamage(failure) || SqliteFailure.isUnreadable(failure)) {
                return Optional.of(String.valueOf(failure.getMessage()));
            }
            throw failure;
        }
    }

    /** Idles when it is time to; true: ends at once. */
    private boolean giveWay() {
        long workedNanos = System.nanoTime() - idleUntilNanos;
        if (workedNanos < STRETCH_NANOS) {
            return closing.getCount() == 0;
        }
        try {
            long idleNanos = isLogLong() ? 0 : Math.min(workedNanos, 2 * STRETCH_NANOS) * IDLE_SHARES;
            boolean ended = closing.await(idleNanos, TimeUnit.NANOSECONDS);
            idleUntilNanos = System.nanoTime();
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private boolean isLogLong() {
        try {
            return file.logBytes() >= HURRY_LOG_BYTES;
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Whether it has ended, with whatever it found. */
    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Ends it, within milliseconds. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(END_WITHIN)) {
                LOG.atWarn()
                        .addKeyValue("path", file.path())
                        .log("the disk does not answer; the check of the ledger is left to it");
                return;
            }
            if (!file.damage().isFound()) {
                sql.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.atWarn().addKeyValue("path", file.path()).setCause(e).log("ledger did not close cleanly");
        }
    }
}
