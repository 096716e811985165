package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.sql.Durability;
import dev.millrace.billing.sql.Sql;
import dev.millrace.billing.sql.Write;
import dev.millrace.rpc.LoopThreads;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer: gathers what many threads want to write into few transactions.
 *
 * <p>Two threads, in a pipeline. The <i>writer</i> takes all that waits, runs it in one transaction and commits with
 * {@code synchronous=NORMAL}, which appends to SQLite's write-ahead log without fsync: from then on the writes survive a
 * crash of this process, and those that need no more ({@link Durability#KEPT}: holds, attempts) are answered. The
 * <i>syncer</i> takes all that was committed since and must survive a power cut ({@link Durability#DURABLE}: charges),
 * forces the log file once for all of them, and answers. So a hold never waits for a disk, and one fsync pays for every
 * charge that came while the one before it ran, and in the 20 ms after it: what a charge comes to is told when it is
 * committed, so that nobody's answer waits.
 *
 * <p>Why that is safe: in WAL mode a commit is durable once its frames in the log are, and the log is replayed by
 * checksums. When a checkpoint moves frames into the database file before they were forced here, SQLite itself syncs log
 * and database first. Switching {@code PRAGMA synchronous} per transaction would make holds wait behind the fsync of
 * charges, and a second connection would throw away the page cache of the first at each turn.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final int WAITING_MAX = 8_192;
    private static final int BATCH_MAX = 512;
    private static final long FORCE_EVERY_NANOS = 20_000_000;

    private final Sql sql;
    private final WalSync sync;
    private final Damage damage;
    private final String path;
    private final BlockingQueue<Write<?>> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    /** When this is full the writer waits, and so fills the queue before it, which refuses. */
    private final BlockingQueue<Write<?>> unforced = new ArrayBlockingQueue<>(WAITING_MAX);

    private final Write<Boolean> end = new Write<>(Durability.DURABLE, none -> true);
    private final Thread writer;
    private final Thread syncer;
    private volatile boolean closed;
    /** Only the writer's: it moves its log into the file no more. */
    private boolean leavesFileAlone;
    /** Only the syncer's. */
    private long forcedNanos = System.nanoTime() - FORCE_EVERY_NANOS;
    /** After a failed fsync nobody knows what the disk holds; only a restart, which reads the log again, tells. */
    private volatile @Nullable IOException lostSync;

    /** @param sql given away: this closes it */
    GroupCommit(Sql sql, WalSync sync, Damage damage) {
        this.sql = sql;
        this.sync = sync;
        this.damage = damage;
        this.path = damage.path().toString();
        this.writer = Thread.ofPlatform().daemon().name("ledger-writer").start(this::writeAll);
        this.syncer = Thread.ofPlatform().daemon().name("ledger-sync").start(this::syncAll);
    }

    /**
     * Hands a work to the writer and returns at once. The future ends with what the work returned, when that is as safe as
     * asked, on the thread that made it so: what is hung on it must not block.
     */
    <T> CompletableFuture<T> write(Write<T> write) {
        IOException lost = lostSync;
        if (lost != null) {
            write.refuse(
                    unavailable("the disk failed while syncing (" + lost.getMessage() + "); restart billing", lost));
        } else if (!waiting.offer(write)) {
            write.refuse(unavailable(WAITING_MAX + " writes are waiting", null));
        } else if (closed) {
            // The writer may have taken its last batch before.
            write.refuse(unavailable("closed", null));
        }
        return write.future();
    }

    /** Writes what waits, forces it, and closes the connection. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            waiting.put(end);
            writer.join();
            syncer.join();
            sql.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.atWarn().addKeyValue("path", path).setCause(e).log("ledger did not close cleanly");
        }
    }

    private void writeAll() {
        List<Write<?>> batch = new ArrayList<>(BATCH_MAX);
        while (take(waiting, batch)) {
            boolean last = batch.remove(end);
            commit(batch);
            batch.clear();
            if (last) {
                handOn(end);
                return;
            }
        }
    }

    private void commit(List<Write<?>> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            leaveDamagedFileAlone();
            commitTogether(batch);
        } catch (SQLException e) {
            rollBack();
            damage.met(e);
            // A broken page concerns the works that need it; what else keeps the store from working concerns all.
            if (SqliteFailure.outage(e).isPresent() && !SqliteFailure.isDamage(e)) {
                RuntimeException outage = SqliteFailure.translate(e, damage.path());
                batch.forEach(write -> write.refuse(outage));
                return;
            }
            isolate(batch, SqliteFailure.translate(e, damage.path()));
            return;
        } catch (RuntimeException | Error e) {
            // Whatever a work does, the writer lives on for all others.
            rollBack();
            isolate(batch, e);
            return;
        }
        LoopThreads.wakeTogether(() -> batch.forEach(GroupCommit::tell));
        for (Write<?> write : batch) {
            if (write.durability() != Durability.KEPT) {
                handOn(write);
            }
        }
    }

    private static void tell(Write<?> write) {
        if (write.durability() == Durability.KEPT) {
            write.answer();
        } else {
            write.tellKept();
        }
    }

    private void handOn(Write<?> write) {
        try {
            unforced.put(write);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            write.refuse(unavailable("interrupted", e));
        }
    }

    /** The writer's own limit of the log would otherwise move it into a file that is to stay as it was found. */
    private void leaveDamagedFileAlone() throws SQLException {
        if (damage.isFound() && !leavesFileAlone) {
            sql.number("PRAGMA wal_autocheckpoint = " + Checkpoints.WRITER_NEVER);
            leavesFileAlone = true;
        }
    }

    private void commitTogether(List<Write<?>> batch) throws SQLException {
        sql.update("BEGIN IMMEDIATE");
        for (Write<?> write : batch) {
            write.run(sql);
        }
        sql.update("COMMIT");
    }

    /** One work in the batch is wrong: each runs in a transaction of its own, so that only that one fails. */
    private void isolate(List<Write<?>> batch, Throwable failure) {
        if (batch.size() == 1) {
            batch.getFirst().refuse(failure);
            return;
        }
        batch.forEach(write -> commit(List.of(write)));
    }

    private void rollBack() {
        try {
            sql.update("ROLLBACK");
        } catch (SQLException e) {
            // After a full disk SQLite has rolled back by itself, and says so here.
            LOG.atDebug().setCause(e).log("nothing to roll back");
        }
    }

    private void syncAll() {
        List<Write<?>> batch = new ArrayList<>(BATCH_MAX);
        while (take(unforced, batch)) {
            rest();
            unforced.drainTo(batch, BATCH_MAX - batch.size());
            boolean last = batch.remove(end);
            force(batch);
            batch.clear();
            if (last) {
                return;
            }
        }
    }

    /** Lets the charges of some milliseconds share a force. */
    private void rest() {
        long restNanos = forcedNanos + FORCE_EVERY_NANOS - System.nanoTime();
        if (restNanos > 0 && !closed) {
            LockSupport.parkNanos(restNanos);
        }
    }

    private void force(List<Write<?>> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            if (lostSync == null) {
                sync.force();
                forcedNanos = System.nanoTime();
            }
        } catch (IOException e) {
            LOG.atError().addKeyValue("path", path).setCause(e).log("fsync of the ledger failed; restart billing");
            lostSync = e;
        }
        IOException lost = lostSync;
        for (Write<?> write : batch) {
            if (lost == null) {
                write.answer();
            } else {
                write.refuse(unavailable("the disk failed while syncing", lost));
            }
        }
    }

    private LedgerUnavailableException unavailable(String reason, @Nullable Throwable cause) {
        return new LedgerUnavailableException(reason, path, cause);
    }

    @SuppressWarnings("ThreadPriorityCheck") // a hint that saves commits; nothing depends on it
    private static boolean take(BlockingQueue<Write<?>> queue, List<Write<?>> batch) {
        try {
            batch.add(queue.take());
            // Whoever is about to write does so first, where there are fewer cores than threads: one commit for all of
            // them.
            Thread.yield();
            queue.drainTo(batch, BATCH_MAX - 1);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
