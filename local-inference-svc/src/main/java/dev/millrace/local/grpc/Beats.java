package dev.millrace.local.grpc;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Tells waiting callers once a second that their call is alive. One timer thread for all; the telling itself, which may have
 * to wait for a slow reader, runs on a virtual thread.
 */
public final class Beats implements AutoCloseable {
    /** Callers count a backend as lost after three missed ones. */
    static final Duration EVERY = Duration.ofSeconds(1);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("beats").factory());
    private final ExecutorService tellers = Executors.newVirtualThreadPerTaskExecutor();

    /** Starts the timer. */
    public Beats() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Runs the beat after a second and every second from then on, until cancelled. */
    Future<?> start(Runnable beat) {
        long nanos = EVERY.toNanos();
        return timer.scheduleAtFixedRate(() -> tellers.execute(beat), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        tellers.shutdownNow();
    }
}
