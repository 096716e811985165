package dev.millrace.relay;

import java.util.concurrent.Semaphore;

/** Counts the calls that run at once, up to a bound. */
public final class CallLimits {
    private final int callsMax;
    private final Semaphore free;

    /** Grants so many calls at once. */
    public CallLimits(int callsMax) {
        this.callsMax = callsMax;
        free = new Semaphore(callsMax);
    }

    /** Takes a place; whoever gets one gives it back with {@link #leave}. */
    public boolean tryEnter() {
        return free.tryAcquire();
    }

    public void leave() {
        free.release();
    }

    /** The most calls at once. */
    public int callsMax() {
        return callsMax;
    }

    /** The calls that run now. */
    public int callsNow() {
        return callsMax - free.availablePermits();
    }
}
