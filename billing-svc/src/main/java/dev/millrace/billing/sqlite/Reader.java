package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.sql.Sql;
import dev.millrace.billing.sql.Work;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions on one connection and one platform thread: a report that runs inside native code on a virtual thread
 * would hold up all others on its carrier.
 */
final class Reader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);
    private static final int WAITING_MAX = 1_024;

    private final Sql sql;
    private final Damage damage;
    private final String path;
    private final ExecutorService thread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("ledger-reader").factory());

    /** @param sql given away: this closes it, or leaves it to the file where damage was found */
    Reader(Sql sql, Damage damage) {
        this.sql = sql;
        this.damage = damage;
        this.path = damage.path().toString();
    }

    /** Runs a question in one read transaction, so that all its queries see the same moment. */
    <T> T read(Work<T> question) {
        try {
            Future<T> answer = thread.submit(() -> inTransaction(question));
            return answer.get();
        } catch (RejectedExecutionException e) {
            throw new LedgerUnavailableException("closed, or " + WAITING_MAX + " questions wait", path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerUnavailableException("interrupted", path, e);
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case SQLException failure -> {
                    damage.met(failure);
                    yield SqliteFailure.translate(failure, damage.path());
                }
                case RuntimeException failure -> failure;
                case null, default -> new IllegalStateException(e);
            };
        }
    }

    private <T> T inTransaction(Work<T> question) throws SQLException {
        sql.update("BEGIN");
        try {
            return question.run(sql);
        } finally {
            sql.update("COMMIT");
        }
    }

    @Override
    public void close() {
        thread.close();
        try {
            if (!damage.isFound()) {
                sql.close();
            }
        } catch (SQLException e) {
            LOG.atWarn().addKeyValue("path", path).setCause(e).log("ledger did not close cleanly");
        }
    }
}
