package dev.millrace.relay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What bounds one call: its deadline, the tries it may make, and the caller, who may leave at any moment. Whoever blocks
 * for the call registers here what releases it.
 */
public final class CallScope {
    private final long deadlineNanos;
    private final int triesMax;
    private final CountDownLatch left = new CountDownLatch(1);
    private @Nullable Runnable release;

    /** Begins now. */
    public CallScope(Duration remaining, int triesMax) {
        deadlineNanos = System.nanoTime() + remaining.toNanos();
        this.triesMax = triesMax;
    }

    /** How many calls of the provider the caller grants. */
    public int triesMax() {
        return triesMax;
    }

    /** What is left of the deadline; never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    /** The caller is gone; called on any thread, and quick. */
    public void leave() {
        Runnable action;
        synchronized (this) {
            left.countDown();
            action = release;
            release = null;
        }
        if (action != null) {
            action.run();
        }
    }

    /** Whether the caller has gone. */
    public boolean isLeft() {
        return left.getCount() == 0;
    }

    /** Replaces what {@link #leave} does; runs it at once when the caller has already gone. */
    public void onLeave(Runnable action) {
        synchronized (this) {
            if (!isLeft()) {
                release = action;
                return;
            }
        }
        action.run();
    }

    /** Waits; false when the caller left meanwhile. */
    public boolean pause(Duration span) throws InterruptedException {
        return !left.await(span.toNanos(), TimeUnit.NANOSECONDS);
    }
}
