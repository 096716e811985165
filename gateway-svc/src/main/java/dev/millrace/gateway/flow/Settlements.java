package dev.millrace.gateway.flow;

import dev.millrace.gateway.Ledger;
import dev.millrace.gateway.Ledger.NotSettled;
import dev.millrace.gateway.Ledger.Settlement;
import dev.millrace.gateway.TurnResult.Cost;
import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.Deadlines;
import dev.millrace.telemetry.Trace;
import io.grpc.Context;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

/**
 * Settles turns apart from their callers: in the root context, under a deadline of its own, and from a bounded outbox for as
 * long as billing is away. A row that is too many, too old or refused for good is dropped, logged and counted; what waits and
 * what was dropped stands in the gateway's line of {@code status}.
 */
public final class Settlements implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);

    private static final long POLL_NANOS = 5_000_000;

    /** So many rows that fail one after the other say that billing is away, and not that one of them is wrong. */
    private static final int FAILED_IN_A_ROW_MAX = 4;

    private final Ledger ledger;
    private final Bounds bounds;
    private final LongSupplier nanoTime;
    private final AtomicLong dropped = new AtomicLong();
    /** First tries that have not ended. */
    private final AtomicInteger trying = new AtomicInteger();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("outbox-", 0).factory());

    /** Guarded by itself. */
    private final Deque<Row> outbox = new ArrayDeque<>();

    public Settlements(Ledger ledger, Bounds bounds) {
        this(ledger, bounds, System::nanoTime);
    }

    Settlements(Ledger ledger, Bounds bounds, LongSupplier nanoTime) {
        this.ledger = ledger;
        this.bounds = bounds;
        this.nanoTime = nanoTime;
        long pause = bounds.retryEvery.toMillis();
        var _ = timer.scheduleWithFixedDelay(this::retry, pause, pause, MILLISECONDS);
    }

    /**
     * Settles a turn in the background. The future ends with its cost as soon as billing tells it, and never when the outbox has
     * taken the turn before; what was told and then not made safe is in the outbox as well.
     */
    CompletableFuture<Cost> settle(Settlement settlement) {
        CompletableFuture<Cost> cost = new CompletableFuture<>();
        trying.incrementAndGet();
        String requestId = CallContext.requestId();
        Trace.apart()
                .run(() -> CallContext.with(requestId.isEmpty() ? settlement.turnId() : requestId, settlement.turnId())
                        .run(() -> first(settlement, cost)));
        return cost;
    }

    /** Frees a hold in the background; the future ends when billing has answered, or will not. */
    CompletableFuture<Void> release(String tenant, String turnId, String holdId) {
        if (holdId.isEmpty()) {
            return CompletableFuture.allOf();
        }
        Context apart = Trace.apart();
        return CompletableFuture.runAsync(
                () -> apart.run(() -> ledger.release(tenant, turnId, holdId, Deadlines.after(bounds.settleWithin))),
                release -> Thread.ofVirtual().name("release").start(release));
    }

    private void first(Settlement settlement, CompletableFuture<Cost> cost) {
        Row row = new Row(settlement, nanoTime.getAsLong());
        var _ = tried(settlement, cost::complete).whenComplete((safe, failure) -> {
            try {
                if (failure != null) {
                    keepOrDrop(row, refusal(settlement, failure));
                }
            } finally {
                trying.decrementAndGet();
            }
        });
    }

    private CompletableFuture<Cost> tried(Settlement settlement, Consumer<Cost> told) {
        try {
            return ledger.settle(settlement, Deadlines.after(bounds.settleWithin), told);
        } catch (RuntimeException broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    /** Whatever went wrong on the way, the row must not be lost with it. */
    private static NotSettled refusal(Settlement settlement, Throwable failure) {
        if (failure instanceof NotSettled refusal) {
            return refusal;
        }
        LOG.atError().addKeyValue("turn", settlement.turnId()).setCause(failure).log("settling failed unexpectedly");
        return new NotSettled(failure.toString(), true);
    }

    private void keepOrDrop(Row row, NotSettled failure) {
        if (!failure.worthRepeating()) {
            drop(row, String.valueOf(failure.getMessage()));
            return;
        }
        boolean kept;
        synchronized (outbox) {
            kept = outbox.size() < bounds.rowsMax && outbox.add(row);
        }
        if (!kept) {
            drop(row, "the outbox is full");
        }
    }

    /**
     * Tries each row once. One that fails goes behind the others and holds up none of them; a few that fail in a row end the
     * round, so that billing is asked no more often while it is away.
     */
    private void retry() {
        dropOld();
        boolean othersWereTaken = false;
        int failedInARow = 0;
        for (int untried = waiting(); untried > 0 && failedInARow < FAILED_IN_A_ROW_MAX; untried--) {
            Row row = oldest();
            if (row == null) {
                return;
            }
            if (taken(row, othersWereTaken)) {
                othersWereTaken = true;
                failedInARow = 0;
            } else {
                failedInARow++;
            }
        }
    }

    /** Wherever they stand: those that fail are set back, and only a few are tried while billing is away. */
    private void dropOld() {
        List<Row> old = new ArrayList<>();
        long now = nanoTime.getAsLong();
        synchronized (outbox) {
            outbox.removeIf(row -> now - row.since > bounds.keepFor.toNanos() && old.add(row));
        }
        old.forEach(row -> drop(row, "billing was away for too long"));
    }

    /** Whether billing has given its word on a row: it took it, or will never take it. */
    private boolean taken(Row row, boolean othersWereTaken) {
        try {
            var _ = tried(row.settlement, cost -> {}).get();
            forget(row);
            return true;
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException failed) {
            NotSettled failure = refusal(row.settlement, Objects.requireNonNullElse(failed.getCause(), failed));
            if (!failure.worthRepeating()) {
                forget(row);
                drop(row, String.valueOf(failure.getMessage()));
                return true;
            }
            setBack(row);
            if (othersWereTaken) {
                LOG.atWarn()
                        .addKeyValue("turn", row.settlement.turnId())
                        .addKeyValue("why", failure.getMessage())
                        .log("billing takes other settlements but not this one");
            }
            return false;
        }
    }

    private @Nullable Row oldest() {
        synchronized (outbox) {
            return outbox.peekFirst();
        }
    }

    private void setBack(Row row) {
        synchronized (outbox) {
            outbox.remove(row);
            outbox.addLast(row);
        }
    }

    private void forget(Row row) {
        synchronized (outbox) {
            outbox.remove(row);
        }
    }

    private void drop(Row row, String why) {
        dropped.incrementAndGet();
        LOG.atError()
                .addKeyValue("turn", row.settlement.turnId())
                .addKeyValue("why", why)
                .log("a settlement was dropped: the ledger lacks this turn");
    }

    /** Rows that wait for billing. */
    public int waiting() {
        synchronized (outbox) {
            return outbox.size();
        }
    }

    /** Rows that the ledger will never have. */
    public long dropped() {
        return dropped.get();
    }

    /** Lets the first tries end, tries once more to empty the outbox, then ends. */
    @Override
    public void close() {
        timer.shutdownNow();
        long end = System.nanoTime() + bounds.settleWithin.toNanos();
        while (trying.get() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        retry();
        if (waiting() > 0) {
            LOG.atError().addKeyValue("rows", waiting()).log("settlements are lost: billing is away at the end");
        }
    }

    private record Row(Settlement settlement, long since) {}

    /** What the outbox holds at most, for how long, how often it tries, and what one try may take. */
    public record Bounds(int rowsMax, Duration keepFor, Duration retryEvery, Duration settleWithin) {}
}
