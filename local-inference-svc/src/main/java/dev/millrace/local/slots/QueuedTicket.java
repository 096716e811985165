package dev.millrace.local.slots;

import dev.millrace.local.Engine;
import dev.millrace.local.Slot;
import dev.millrace.local.Ticket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A place in the queue of a {@link SlotPool}. */
final class QueuedTicket implements Ticket {
    private final SlotPool pool;
    private final Set<Engine> engines;
    private final CompletableFuture<Optional<Slot>> granted = new CompletableFuture<>();
    /** Whether the waiting thread has the slot; that thread's own. */
    private boolean taken;

    QueuedTicket(SlotPool pool, Set<Engine> engines) {
        this.pool = pool;
        this.engines = engines;
    }

    boolean accepts(Engine engine) {
        return engines.contains(engine);
    }

    /** Hands over a slot; false when the ticket was cancelled first. */
    boolean grant(Slot slot) {
        return granted.complete(Optional.of(slot));
    }

    @Override
    public int position() {
        return pool.positionOf(this);
    }

    @Override
    public Optional<Duration> expectedWait() {
        return pool.expectedWait(position());
    }

    @Override
    public Optional<Slot> await(Duration timeout) throws InterruptedException {
        try {
            Optional<Slot> slot = granted.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            taken = slot.isPresent();
            return slot;
        } catch (TimeoutException later) {
            return Optional.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void cancel() {
        if (granted.complete(Optional.empty())) {
            pool.leave(this);
        }
    }

    @Override
    public void close() {
        cancel();
        if (!taken) {
            granted.join().ifPresent(Slot::close);
        }
    }
}
