package dev.millrace.local.slots;

import dev.millrace.local.Admission;
import dev.millrace.local.Engine;
import dev.millrace.local.Load;
import dev.millrace.local.Slot;
import dev.millrace.local.SlotQueue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The slots of engines of one kind, with one bounded queue in front of all of them.
 *
 * <p>A call takes a free slot of the least busy engine that has its model; when none is free it queues, calls that somebody
 * waits for before calls in bulk, otherwise first come, first served. INVARIANT: an engine never runs more calls than it has
 * slots, and no call waits while a slot that it accepts is free. Thread-safe; the lock is never held while anything waits.
 */
public final class SlotPool implements SlotQueue {
    /** How much the newest hold time weighs in the mean. */
    private static final double NEWEST_WEIGHT = 0.2;

    private final int queueLimit;
    private final OverflowGuard guard;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Engine, Integer> busy = new LinkedHashMap<>();
    private final Deque<QueuedTicket> interactive = new ArrayDeque<>();
    private final Deque<QueuedTicket> batch = new ArrayDeque<>();
    /** Mean time that a slot is held, nanoseconds; 0 before the first was freed. */
    private double meanHoldNanos;

    /** @param queueLimit the most calls that wait, >= 0 */
    public SlotPool(List<? extends Engine> engines, int queueLimit, OverflowGuard guard, LongSupplier nanoTime) {
        if (queueLimit < 0) {
            throw new IllegalArgumentException("queue limit: " + queueLimit + " (expected: >= 0)");
        }
        engines.forEach(engine -> busy.put(engine, 0));
        this.queueLimit = queueLimit;
        this.guard = guard;
        this.nanoTime = nanoTime;
    }

    @Override
    public List<Engine> engines() {
        return List.copyOf(busy.keySet());
    }

    @Override
    public Admission admit(Set<Engine> engines, boolean mayOverflow, boolean isBatch) {
        lock.lock();
        try {
            guard.observe(load());
            if (engines.isEmpty()) {
                return refused(Admission.Cause.NO_ENGINE);
            }
            if (mayOverflow && !guard.isAccepting()) {
                return refused(Admission.Cause.OVERFLOW);
            }
            @Nullable Engine free = leastBusy(engines);
            if (free != null) {
                return new Admission.Granted(take(free));
            }
            if (interactive.size() + batch.size() >= queueLimit) {
                return refused(Admission.Cause.QUEUE_FULL);
            }
            QueuedTicket ticket = new QueuedTicket(this, engines);
            (isBatch ? batch : interactive).addLast(ticket);
            guard.observe(load());
            return new Admission.Queued(ticket);
        } finally {
            lock.unlock();
        }
    }

    private Admission refused(Admission.Cause cause) {
        return new Admission.Refused(cause, load(), expectedWait(interactive.size() + batch.size() + 1));
    }

    private @Nullable Engine leastBusy(Set<Engine> engines) {
        return engines.stream()
                .filter(engine -> busy.getOrDefault(engine, Integer.MAX_VALUE) < engine.slotCount())
                .min(Comparator.comparingDouble(engine -> (double) busy.getOrDefault(engine, 0) / engine.slotCount()))
                .orElse(null);
    }

    private Slot take(Engine engine) {
        busy.merge(engine, 1, Integer::sum);
        guard.observe(load());
        return new PooledSlot(this, engine, nanoTime.getAsLong());
    }

    void release(Engine engine, long takenAtNanos) {
        lock.lock();
        try {
            long held = nanoTime.getAsLong() - takenAtNanos;
            meanHoldNanos = meanHoldNanos == 0 ? held : meanHoldNanos + NEWEST_WEIGHT * (held - meanHoldNanos);
            busy.merge(engine, -1, Integer::sum);
            // A slot goes straight to the next ticket: a call that comes just now must not overtake those that wait.
            if (!handOver(interactive, engine)) {
                handOver(batch, engine);
            }
            guard.observe(load());
        } finally {
            lock.unlock();
        }
    }

    private boolean handOver(Deque<QueuedTicket> queue, Engine engine) {
        for (Iterator<QueuedTicket> waiting = queue.iterator(); waiting.hasNext(); ) {
            QueuedTicket ticket = waiting.next();
            if (ticket.accepts(engine)) {
                waiting.remove();
                busy.merge(engine, 1, Integer::sum);
                if (ticket.grant(new PooledSlot(this, engine, nanoTime.getAsLong()))) {
                    return true;
                }
                busy.merge(engine, -1, Integer::sum);
            }
        }
        return false;
    }

    void leave(QueuedTicket ticket) {
        lock.lock();
        try {
            if (!interactive.remove(ticket)) {
                batch.remove(ticket);
            }
            guard.observe(load());
        } finally {
            lock.unlock();
        }
    }

    int positionOf(QueuedTicket ticket) {
        lock.lock();
        try {
            List<QueuedTicket> inOrder = new ArrayList<>(interactive);
            inOrder.addAll(batch);
            return inOrder.indexOf(ticket) + 1;
        } finally {
            lock.unlock();
        }
    }

    /** When a call at this place in the queue may get a slot; empty while no slot was ever freed. */
    Optional<Duration> expectedWait(int position) {
        lock.lock();
        try {
            int slots = slotsTotal();
            if (meanHoldNanos == 0 || slots == 0) {
                return Optional.empty();
            }
            return Optional.of(Duration.ofNanos((long) (meanHoldNanos * Math.max(1, position) / slots)));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Load currentLoad() {
        lock.lock();
        try {
            guard.observe(load());
            return load();
        } finally {
            lock.unlock();
        }
    }

    private Load load() {
        int used = busy.values().stream().mapToInt(Integer::intValue).sum();
        return new Load(slotsTotal(), used, interactive.size() + batch.size(), queueLimit, guard.isAccepting());
    }

    private int slotsTotal() {
        return busy.keySet().stream().mapToInt(Engine::slotCount).sum();
    }
}
