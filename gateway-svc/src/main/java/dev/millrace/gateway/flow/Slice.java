package dev.millrace.gateway.flow;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The time that one step may take: generous while the process is young, because its first calls compile what they run. */
final class Slice {

    private final Duration warm;
    private final Duration cold;
    private final int coldCalls;
    private final AtomicInteger answered = new AtomicInteger();

    Slice(Duration warm, Duration cold, int coldCalls) {
        this.warm = warm;
        this.cold = cold;
        this.coldCalls = coldCalls;
    }

    /** The slice now, with so much more for a larger task. */
    Duration now(Duration more) {
        Duration slice = warm.plus(more);
        return answered.get() < coldCalls && slice.compareTo(cold) < 0 ? cold : slice;
    }

    void wasAnswered() {
        if (answered.get() < coldCalls) {
            answered.incrementAndGet();
        }
    }
}
