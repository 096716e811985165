package dev.millrace.gateway.http;

import dev.millrace.gateway.TurnSink.CallerGone;
import io.micronaut.core.io.buffer.ReadBuffer;
import io.micronaut.core.io.buffer.ReadBufferFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The body of an event stream, or of a long answer that is whole, between the turn that writes it and the connection that sends
 * it: bounded, so that a slow reader makes the turn wait. What gathers while the connection is busy leaves as one buffer.
 *
 * <p>One seam of the token's path: writers see {@link #write}, the server sees {@link #publisher}. Any thread may write; a
 * frame is never torn. INVARIANT: at most one thread is inside the subscriber at a time, the one that set {@code emitting}.
 */
final class SseBody {
    /** What a reader that was stalled gets to take the word of its end, before its connection is closed. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final int limitBytes;
    private final Duration stallLimit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] pending = new byte[1024];
    private int length;
    private long demand;
    private long taken;
    private long lastWriteNanos = System.nanoTime();
    private @Nullable Subscriber<? super ReadBuffer> subscriber;
    private boolean emitting;
    private boolean ended;
    private boolean gone;
    private boolean expired;
    private boolean stalled;

    SseBody(int limitBytes, Duration stallLimit) {
        this.limitBytes = limitBytes;
        this.stallLimit = stallLimit;
    }

    /**
     * Hands over whole frames, waiting while too much waits already.
     *
     * @throws CallerGone the connection is closed, took nothing for the stall limit, or, as if it were closed, time is up while
     *     it takes nothing
     */
    void write(byte[] frames) throws CallerGone {
        lock.lock();
        try {
            awaitRoom(frames.length);
            append(frames);
        } finally {
            lock.unlock();
        }
        drain();
    }

    /** Hands over whole frames if the connection takes what it gets, so that none has to wait; else does nothing. */
    boolean offer(Supplier<byte[]> frames) {
        lock.lock();
        try {
            if (length > 0 || ended || gone || expired) {
                return false;
            }
            append(frames.get());
        } finally {
            lock.unlock();
        }
        drain();
        return true;
    }

    private void awaitRoom(int more) throws CallerGone {
        while (length > 0 && length + more > limitBytes && !gone) {
            stalled = !awaitProgress(true, stallLimit);
            if (stalled || expired) {
                throw new CallerGone(stalled);
            }
        }
        if (gone) {
            throw new CallerGone(false);
        }
    }

    /** Waits until the connection takes something or closes; false if it does not within the limit. */
    private boolean awaitProgress(boolean untilExpired, Duration limit) throws CallerGone {
        long before = taken;
        long leftNanos = limit.toNanos();
        try {
            while (taken == before && !gone && !(untilExpired && expired)) {
                if (leftNanos <= 0) {
                    return false;
                }
                leftNanos = changed.awaitNanos(leftNanos);
            }
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CallerGone(false);
        }
    }

    private void append(byte[] frames) {
        int needed = length + frames.length;
        if (needed > pending.length) {
            pending = Arrays.copyOf(pending, Math.max(needed, pending.length * 2));
        }
        System.arraycopy(frames, 0, pending, length, frames.length);
        length = needed;
        lastWriteNanos = System.nanoTime();
    }

    /** Writes a comment if nothing waits and nothing was written for a time; never waits. */
    void writeIfQuiet(byte[] comment, Duration silence) {
        lock.lock();
        try {
            boolean quiet = System.nanoTime() - lastWriteNanos >= silence.toNanos();
            if (length > 0 || ended || gone || !quiet) {
                return;
            }
            append(comment);
        } finally {
            lock.unlock();
        }
        drain();
    }

    /** Adds the last frames, whatever waits already, and ends the body after them. */
    void end(byte[] lastFrames) {
        lock.lock();
        try {
            if (!ended && !gone) {
                append(lastFrames);
                ended = true;
            }
        } finally {
            lock.unlock();
        }
        drain();
    }

    /** Waits until all is handed over; false if the connection took nothing for the stall limit, which one wait has used up. */
    boolean awaitDrained() {
        lock.lock();
        try {
            Duration limit = stalled && FAREWELL.compareTo(stallLimit) < 0 ? FAREWELL : stallLimit;
            while (length > 0 && !gone) {
                if (!awaitProgress(false, limit)) {
                    return false;
                }
            }
            return true;
        } catch (CallerGone interrupted) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** The connection is closed: writers stop. */
    void leave() {
        release(true);
    }

    /** Time is up: writers that would have to wait stop; what ends the stream can still be added. */
    void expire() {
        release(false);
    }

    /** As {@link #leave} if the caller has left, else as {@link #expire}. */
    void release(boolean left) {
        lock.lock();
        try {
            gone |= left;
            expired = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Publisher<ReadBuffer> publisher() {
        return reader -> {
            lock.lock();
            try {
                subscriber = reader;
                emitting = true;
            } finally {
                lock.unlock();
            }
            reader.onSubscribe(new Reader());
            leaveSubscriber();
            drain();
        };
    }

    private void drain() {
        while (true) {
            Subscriber<? super ReadBuffer> reader;
            byte @Nullable [] bytes = null;
            lock.lock();
            try {
                if (emitting || gone || subscriber == null) {
                    return;
                }
                reader = subscriber;
                if (length > 0 && demand > 0) {
                    bytes = Arrays.copyOf(pending, length);
                    length = 0;
                    demand--;
                    taken++;
                    changed.signalAll();
                } else if (!ended || length > 0) {
                    return;
                }
                emitting = true;
            } finally {
                lock.unlock();
            }
            if (bytes == null) {
                reader.onComplete();
                return;
            }
            reader.onNext(ReadBufferFactory.getJdkFactory().adapt(bytes));
            leaveSubscriber();
        }
    }

    private void leaveSubscriber() {
        lock.lock();
        try {
            emitting = false;
        } finally {
            lock.unlock();
        }
    }

    /** What the connection says about its pace. */
    private final class Reader implements Subscription {
        @Override
        public void request(long more) {
            lock.lock();
            try {
                demand = demand + more < 0 ? Long.MAX_VALUE : demand + more;
            } finally {
                lock.unlock();
            }
            drain();
        }

        @Override
        public void cancel() {
            leave();
        }
    }
}
