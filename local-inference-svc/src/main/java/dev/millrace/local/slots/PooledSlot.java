package dev.millrace.local.slots;

import dev.millrace.local.Engine;
import dev.millrace.local.Slot;
import java.util.concurrent.atomic.AtomicBoolean;

/** A slot of a {@link SlotPool}. */
final class PooledSlot implements Slot {
    private final SlotPool pool;
    private final Engine engine;
    private final long takenAtNanos;
    private final AtomicBoolean free = new AtomicBoolean();

    PooledSlot(SlotPool pool, Engine engine, long takenAtNanos) {
        this.pool = pool;
        this.engine = engine;
        this.takenAtNanos = takenAtNanos;
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public void close() {
        if (free.compareAndSet(false, true)) {
            pool.release(engine, takenAtNanos);
        }
    }
}
