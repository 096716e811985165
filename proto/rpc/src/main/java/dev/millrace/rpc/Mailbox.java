package dev.millrace.rpc;

import io.grpc.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one end of a call is told: event after event, in that end's context, where that end wants it. Events are put in order,
 * under the call's lock, and delivered without it, so that an end may do to the call what it likes while it listens.
 */
final class Mailbox {
    private final Executor executor;
    private final Context context;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger undelivered = new AtomicInteger();

    Mailbox(Executor executor, Context context) {
        this.executor = executor;
        this.context = context;
    }

    /** The event must not throw. */
    void put(Runnable event) {
        waiting.add(event);
    }

    /** Sees that what was put is run: here and now, or by whom that is just being done. */
    void deliver() {
        if (!waiting.isEmpty() && undelivered.getAndIncrement() == 0) {
            executor.execute(this::run);
        }
    }

    private void run() {
        Context before = context.attach();
        try {
            int seen = 1;
            while (seen != 0) {
                for (Runnable event = waiting.poll(); event != null; event = waiting.poll()) {
                    event.run();
                }
                seen = undelivered.addAndGet(-seen);
            }
        } finally {
            context.detach(before);
        }
    }
}
