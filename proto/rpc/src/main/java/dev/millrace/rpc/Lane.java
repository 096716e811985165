package dev.millrace.rpc;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one direction of a call, of which as many are handed over as were asked for, and what follows the last. Not
 * safe for threads by itself.
 */
final class Lane<M> {
    private final Queue<M> waiting = new ArrayDeque<>(2);
    private int wanted;
    private @Nullable Runnable last;
    private boolean closed;

    void want(int messages) {
        wanted += messages;
    }

    /** Whether a message that is sent now is handed over at once. */
    boolean isReady() {
        return wanted > 0;
    }

    void send(M message) {
        waiting.add(message);
    }

    /** The next message to hand over. */
    @Nullable
    M next() {
        if (wanted == 0 || waiting.isEmpty()) {
            return null;
        }
        wanted--;
        return waiting.poll();
    }

    void close(Runnable follows) {
        closed = true;
        last = follows;
    }

    boolean isClosed() {
        return closed;
    }

    /** What follows the last message, once that was handed over. */
    @Nullable
    Runnable end() {
        Runnable now = waiting.isEmpty() ? last : null;
        if (now != null) {
            last = null;
        }
        return now;
    }
}
