package dev.millrace.local.slots;

import dev.millrace.local.Load;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides whether calls that have somewhere else to go are taken here.
 *
 * <pre>
 * ACCEPTING --busy > refuseAbove--> REFUSING --calm for the whole dwell--> ACCEPTING
 * </pre>
 *
 * Calm is a busyness under {@code acceptBelow}, or one free slot where there are so few slots that the threshold leaves no
 * room for one. Between the two thresholds nothing changes, so that the answer does not flap. Not thread-safe: the pool's lock
 * guards it.
 */
public final class OverflowGuard {
    private final Thresholds thresholds;
    private final LongSupplier nanoTime;

    private boolean refusing;
    private boolean calm;
    private long calmSinceNanos;

    /** @param nanoTime a clock that only moves forward, nanoseconds */
    public OverflowGuard(Thresholds thresholds, LongSupplier nanoTime) {
        this.thresholds = thresholds;
        this.nanoTime = nanoTime;
    }

    /** Tells how busy the slots are now; to be called at every change. */
    void observe(Load load) {
        long now = nanoTime.getAsLong();
        double busy = load.busyShare();
        if (busy > thresholds.refuseAbove()) {
            refusing = true;
        }
        boolean nowCalm = busy < thresholds.acceptBelow() || (load.queueLength() == 0 && load.hasFewSlotsAndOneFree());
        if (nowCalm && !calm) {
            calmSinceNanos = now;
        }
        calm = nowCalm;
        if (refusing && calm && now - calmSinceNanos >= thresholds.dwell().toNanos()) {
            refusing = false;
        }
    }

    /** Whether overflow is taken; {@link #observe} first. */
    boolean isAccepting() {
        return !refusing;
    }

    /**
     * When to refuse and when to accept again.
     *
     * @param refuseAbove busyness, 0 to 1
     * @param acceptBelow busyness, 0 to refuseAbove
     * @param dwell how long it must be calm before overflow is taken again
     */
    public record Thresholds(double refuseAbove, double acceptBelow, Duration dwell) {
        public Thresholds {
            if (!(acceptBelow > 0 && acceptBelow <= refuseAbove && refuseAbove < 1)) {
                throw new IllegalArgumentException("local-inference.queue: accept-below " + acceptBelow
                        + ", refuse-above " + refuseAbove + " (expected: 0 < accept-below <= refuse-above < 1)");
            }
            if (dwell.isNegative()) {
                throw new IllegalArgumentException("local-inference.queue.dwell: " + dwell + " (expected: >= 0)");
            }
        }
    }
}
