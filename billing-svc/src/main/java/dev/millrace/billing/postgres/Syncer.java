package dev.millrace.billing.postgres;

import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.sql.Durability;
import dev.millrace.billing.sql.Write;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what was committed to the server's disk (and to its synchronous standbys), once for all that came while the one
 * before ran, and answers.
 *
 * <p>Why that is safe: the writers commit without waiting, which puts a commit record into the server's log. A transaction
 * that begins afterwards, writes to the log and commits in the server's own way returns only when the log is safe up to its
 * own record, and so is everything before it. So no row is locked while a disk is waited for.
 *
 * <p>INVARIANT: that transaction runs on a connection that was open before the writer's transaction began. A server that
 * crashed in between lost what was not synced, and this connection with it; on a newer one nothing could be told. So every
 * write carries the number of the connection that it began under, and is refused when another one is in use.
 */
final class Syncer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Syncer.class);
    private static final int BATCH_MAX = 4_096;
    private static final long IDLE_SECONDS = 2;
    private static final Unsynced END = new Unsynced(new Write<>(Durability.KEPT, none -> true), 0);

    private final Connections connections;
    /** When this is full the writers wait, and so fill the queues before them, which refuse. */
    private final BlockingQueue<Unsynced> waiting = new ArrayBlockingQueue<>(BATCH_MAX);

    private final Thread thread;
    /** Both change under this object's lock. */
    private volatile @Nullable Session session;

    private long sessions;

    Syncer(Connections connections) {
        this.connections = connections;
        this.thread = Thread.ofPlatform().daemon().name("ledger-sync").start(this::run);
    }

    /** The number of the connection that is open now; to be asked before a transaction begins. */
    long session() throws SQLException {
        Session open = session;
        return open == null ? openSession() : open.number;
    }

    private synchronized long openSession() throws SQLException {
        Session open = session;
        if (open == null) {
            PostgresSql sql = connections.open();
            // The first answer proves that a server is there.
            sql.begin();
            sql.commit();
            open = new Session(++sessions, sql);
            session = open;
        }
        return open.number;
    }

    /** Answers them when they are safe; they were committed in a transaction that began under this connection. */
    void answerWhenSafe(List<Write<?>> committed, long sessionNumber) {
        for (Write<?> write : committed) {
            try {
                waiting.put(new Unsynced(write, sessionNumber));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                write.refuse(lost());
            }
        }
    }

    private void run() {
        List<Unsynced> batch = new ArrayList<>();
        boolean last = false;
        try {
            while (!last) {
                Unsynced first = waiting.poll(IDLE_SECONDS, TimeUnit.SECONDS);
                if (first == null) {
                    tryIdle();
                    continue;
                }
                batch.add(first);
                waiting.drainTo(batch, BATCH_MAX - 1);
                last = batch.remove(END);
                if (!batch.isEmpty()) {
                    sync(batch);
                }
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sync(List<Unsynced> batch) {
        Session open = session;
        @Nullable RuntimeException failure = open == null ? lost() : force(open);
        for (Unsynced one : batch) {
            if (failure == null && open != null && one.session == open.number) {
                one.write.answer();
            } else {
                one.write.refuse(failure == null ? lost() : failure);
            }
        }
    }

    private @Nullable RuntimeException force(Session open) {
        try {
            open.sql.later("SELECT pg_logical_emit_message(true, 'millrace', '')");
            open.sql.commit();
            return null;
        } catch (SQLException e) {
            forget(open);
            return connections.translate(e);
        }
    }

    /** So that a connection which broke while nobody needed it costs no charge a repeat. */
    private void tryIdle() {
        Session open = session;
        if (open == null) {
            return;
        }
        try {
            open.sql.begin();
            open.sql.commit();
        } catch (SQLException e) {
            forget(open);
        }
    }

    private synchronized void forget(Session broken) {
        session = null;
        try {
            broken.sql.close();
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("a broken connection did not close");
        }
    }

    private LedgerUnavailableException lost() {
        return new LedgerUnavailableException(
                "the connection was lost before the disk had it; whether it was written, a repeat will tell",
                connections.url(),
                null);
    }

    /** Answers what waits; its producers have ended before. */
    @Override
    public void close() {
        try {
            waiting.put(END);
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Session open = session;
        if (open != null) {
            forget(open);
        }
    }

    /** A write that is committed and not yet safe. */
    private record Unsynced(Write<?> write, long session) {}

    /** An open connection and its number. */
    private record Session(long number, PostgresSql sql) {}
}
