package dev.millrace.mesh.fleet;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one end of what may be ended by several threads, and while it is still being opened. Safe for use by them.
 */
final class Ending {
    /** An opening of which every process was ended notices that at its next look at one. */
    private static final Duration OPENED_WITHIN = Duration.ofSeconds(10);

    private static final Duration GONE_WITHIN = Duration.ofMinutes(3);

    private final AtomicBoolean asked = new AtomicBoolean();
    private final CountDownLatch opening = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);

    /** Nothing more is opened, however that came out. */
    void opened() {
        opening.countDown();
    }

    /** For the one that ends: returns once nothing more is opened. */
    void awaitOpened() {
        await(opening, OPENED_WITHIN);
    }

    /** Ends it where nobody has begun to, and returns when it is gone. */
    void once(Runnable end) {
        if (asked.compareAndSet(false, true)) {
            try {
                end.run();
            } finally {
                gone.countDown();
            }
        }
        await(gone, GONE_WITHIN);
    }

    private static void await(CountDownLatch latch, Duration within) {
        try {
            boolean _ = latch.await(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
