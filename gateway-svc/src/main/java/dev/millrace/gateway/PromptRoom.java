package dev.millrace.gateway;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all prompts that are held at once, through whichever door they came: each is held in several forms on
 * its way, and callers must not be able to fill the heap with them. Thread-safe.
 */
public final class PromptRoom {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final long bytesMax;
    private final AtomicLong free;

    public PromptRoom(long bytesMax) {
        this.bytesMax = bytesMax;
        free = new AtomicLong(bytesMax);
    }

    /**
     * Takes room for a prompt; whoever gets it closes it when the prompt is gone.
     *
     * @throws TurnFault CAPACITY_EXHAUSTED when the others leave too little
     */
    public Taken take(long bytes) {
        if (free.getAndUpdate(left -> left < bytes ? left : left - bytes) < bytes) {
            throw full(bytes);
        }
        return new Taken(bytes);
    }

    /** Bytes that nobody has taken. */
    public long free() {
        return free.get();
    }

    private TurnFault full(long bytes) {
        return new TurnFault(
                Reason.CAPACITY_EXHAUSTED,
                "the gateway holds prompts of " + (bytesMax - free.get()) + " of " + bytesMax
                        + " bytes already, and this" + " one has " + bytes
                        + ". Try again in a second, or give the process a larger heap",
                Map.of(
                        "size_bytes",
                        Long.toString(bytes),
                        "limit_bytes",
                        Long.toString(bytesMax),
                        "retry_after_millis",
                        Long.toString(RETRY.toMillis())),
                Optional.of(RETRY),
                Optional.empty());
    }

    /** Room that a prompt has; closing it twice is harmless. */
    public final class Taken implements AutoCloseable {
        private final AtomicLong bytes;

        private Taken(long bytes) {
            this.bytes = new AtomicLong(bytes);
        }

        /** Gives back what is too much, now that the size is known. */
        public void shrinkTo(long size) {
            long before = bytes.getAndUpdate(held -> Math.min(held, size));
            free.addAndGet(Math.max(before - size, 0));
        }

        @Override
        public void close() {
            free.addAndGet(bytes.getAndSet(0));
        }
    }
}
