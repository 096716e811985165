package dev.millrace.rpc;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Ends waits that last too long. Coarse, because most waits end in time: a virtual thread that waits with a limit of its own
 * wakes the JDK's timer thread when it begins and when it ends, which costs more than all else of the wait; an alarm here is
 * an entry in a wheel that turns anyway.
 */
public final class Alarms {
    /** An alarm rings never before its time, and up to about so much after it. */
    private static final long TICK_MILLIS = 10;

    private static final int TICKS_A_TURN = 512;

    private static final HashedWheelTimer WHEEL = new HashedWheelTimer(
            Thread.ofPlatform().daemon().name("alarms").factory(),
            TICK_MILLIS,
            TimeUnit.MILLISECONDS,
            TICKS_A_TURN,
            false);

    private Alarms() {}

    /** Runs the action once after the time, on the thread of all alarms: it must not block. */
    public static Alarm set(Duration after, Runnable action) {
        Timeout timeout = WHEEL.newTimeout(rung -> action.run(), after.toNanos(), TimeUnit.NANOSECONDS);
        return timeout::cancel;
    }

    /** Waits for a future, but not much longer than so long; empty: it did not end in time. */
    public static <T> Optional<T> await(CompletableFuture<T> future, Duration atMost)
            throws InterruptedException, ExecutionException {
        if (future.isDone()) {
            return Optional.of(future.get());
        }
        CompletableFuture<Optional<T>> ended = future.thenApply(Optional::of);
        Alarm alarm = set(atMost, () -> ended.complete(Optional.empty()));
        try {
            return ended.get();
        } finally {
            alarm.cancel();
        }
    }

    /** Something that will ring. */
    @FunctionalInterface
    public interface Alarm {
        /** It rings no more, unless it does just now. */
        void cancel();
    }
}
