package dev.millrace.billing.postgres;

import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.sql.Durability;
import dev.millrace.billing.sql.Write;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A writer: gathers what many threads want to write into few transactions.
 *
 * <p>Every tenant has one lane, so that a busy tenant's writes share a transaction instead of waiting for each other's row
 * locks. The transaction takes its tenants' locks first, so that it is alone also among other processes, and commits
 * without waiting for the disk; writes that have to be durable are answered by the {@link Syncer}.
 */
final class Lane implements AutoCloseable {
    /** What every transaction of a lane does first: the locks, the time, the prices. */
    @FunctionalInterface
    interface Begin {
        void run(PostgresSql sql, int[] tenants) throws SQLException;
    }

    private static final int WAITING_MAX = 4_096;
    /** A tenant's lock is kept from other processes for so many writes, about 10 ms. */
    private static final int BATCH_MAX = 64;

    private static final Entry END = new Entry(0, new Write<>(Durability.KEPT, none -> true));

    private final Connections connections;
    private final Syncer syncer;
    private final Begin begin;
    private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Thread thread;
    private volatile boolean closed;

    Lane(int number, Connections connections, Syncer syncer, Begin begin) {
        this.connections = connections;
        this.syncer = syncer;
        this.begin = begin;
        this.thread =
                Thread.ofPlatform().daemon().name("ledger-writer-" + number).start(this::run);
    }

    /** Hands a write to this writer and returns at once; it is answered when it is as safe as asked, or refused. */
    void write(int tenantLock, Write<?> write) {
        if (!waiting.offer(new Entry(tenantLock, write))) {
            write.refuse(unavailable(WAITING_MAX + " writes are waiting"));
        } else if (closed) {
            // The writer may have taken its last batch before.
            write.refuse(unavailable("closed"));
        }
    }

    private void run() {
        List<Entry> batch = new ArrayList<>(BATCH_MAX);
        try {
            boolean last = false;
            while (!last) {
                batch.add(waiting.take());
                waiting.drainTo(batch, BATCH_MAX - 1);
                last = batch.remove(END);
                batch.sort(Comparator.comparingInt(Entry::tenantLock));
                commit(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void commit(List<Entry> batch) {
        if (batch.isEmpty()) {
            return;
        }
        @Nullable SQLException lost = tryCommit(batch);
        if (lost != null) {
            // The pool's connections may all have died with a server that is back already: once more, on a new one.
            connections.renew();
            lost = tryCommit(batch);
        }
        if (lost != null) {
            refuse(batch, connections.translate(lost));
        }
    }

    /** Commits and answers, or refuses; a failure is returned only if the connection broke before anything was committed. */
    private @Nullable SQLException tryCommit(List<Entry> batch) {
        boolean committing = false;
        long session;
        try {
            session = syncer.session();
            try (PostgresSql sql = connections.open()) {
                begin.run(sql, locks(batch));
                for (Entry entry : batch) {
                    entry.write.run(sql);
                }
                committing = true;
                sql.commit();
            }
        } catch (SQLException e) {
            if (PostgresFailure.isConnectionLost(e) && !committing) {
                return e;
            }
            settleFailure(batch, e);
            return null;
        } catch (LedgerUnavailableException e) {
            refuse(batch, e);
            return null;
        } catch (RuntimeException | Error e) {
            // Whatever a work does, the writer lives on for all others.
            isolate(batch, e);
            return null;
        }
        answer(batch, session);
        return null;
    }

    private void settleFailure(List<Entry> batch, SQLException failure) {
        RuntimeException seen = connections.translate(failure);
        if (seen instanceof LedgerUnavailableException) {
            refuse(batch, seen);
        } else {
            isolate(batch, seen);
        }
    }

    private void answer(List<Entry> batch, long session) {
        List<Write<?>> durable = new ArrayList<>();
        for (Entry entry : batch) {
            if (entry.write.durability() == Durability.KEPT) {
                entry.write.answer();
            } else {
                entry.write.tellKept();
                durable.add(entry.write);
            }
        }
        syncer.answerWhenSafe(durable, session);
    }

    /** One work in the batch is wrong: each runs in a transaction of its own, so that only that one fails. */
    private void isolate(List<Entry> batch, Throwable failure) {
        if (batch.size() == 1) {
            batch.getFirst().write.refuse(failure);
            return;
        }
        List.copyOf(batch).forEach(entry -> commit(List.of(entry)));
    }

    private static void refuse(List<Entry> batch, RuntimeException failure) {
        batch.forEach(entry -> entry.write.refuse(failure));
    }

    private static int[] locks(List<Entry> batch) {
        return batch.stream().mapToInt(Entry::tenantLock).distinct().toArray();
    }

    private LedgerUnavailableException unavailable(String reason) {
        return new LedgerUnavailableException(reason, connections.url(), null);
    }

    /** Writes what waits. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (waiting.offer(END, 1, TimeUnit.SECONDS)) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A write and the lock of its tenant. */
    private record Entry(int tenantLock, Write<?> write) {}
}
