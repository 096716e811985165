package dev.millrace.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads a server's stream from blocking code, with a time limit on each element and never more than {@link #AHEAD}
 * elements waiting: a reader that pauses makes the server pause.
 *
 * <p>One thread reads; any thread may cancel. Elements come straight from the transport's thread into the queue, so that
 * a token costs one hand-off; or none, where the reader lets elements be taken on their way while it waits. The call ends with
 * the context that it was opened in; close it in any case.
 *
 * <p>INVARIANT: the reading thread never calls the call while it holds the lock. Whoever brings an element holds the locks of
 * the writing end already.
 */
public final class BlockingStreamReader<T> implements AutoCloseable {
    /** Elements asked for ahead of the reader. */
    public static final int AHEAD = 32;

    private static final int REFILL = AHEAD / 2;

    /** Bounded by the server, which sends only what was requested: at most AHEAD elements that are not yet taken. */
    private final Queue<Read<T>> arrived = new ArrayDeque<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition came = lock.newCondition();
    /** There while the reading thread waits and nothing waits for it. */
    private @Nullable Predicate<? super T> onTheWay;
    /** What a taker threw, for the thread that waits for it. */
    private @Nullable RuntimeException takersFault;

    private final ClientCall<?, T> call;
    private final AtomicInteger takenSinceRefill = new AtomicInteger();
    private @Nullable End<T> end;
    private volatile boolean cancelled;

    private BlockingStreamReader(ClientCall<?, T> call) {
        this.call = call;
    }

    /** Begins the call; {@code headers} are sent with it and must not be used again. */
    public static <Q, T> BlockingStreamReader<T> open(
            Channel channel, MethodDescriptor<Q, T> method, CallOptions options, Metadata headers, Q request) {
        ClientCall<Q, T> call = channel.newCall(method, options.withExecutor(Runnable::run));
        BlockingStreamReader<T> reader = new BlockingStreamReader<>(call);
        call.start(reader.new Arrivals(), headers);
        call.request(AHEAD);
        try {
            call.sendMessage(request);
            call.halfClose();
        } catch (RuntimeException failure) {
            call.cancel("the request could not be sent", failure);
            throw failure;
        }
        return reader;
    }

    public static <Q, T> BlockingStreamReader<T> open(
            Channel channel, MethodDescriptor<Q, T> method, CallOptions options, Q request) {
        return open(channel, method, options, new Metadata(), request);
    }

    /**
     * The next element, the end, or {@link Silence} when neither came in time; after silence one may go on reading.
     *
     * @throws io.grpc.StatusRuntimeException when the stream ended with anything but OK, now and on every later call
     */
    public Read<T> next(Duration timeout) throws InterruptedException {
        return next(timeout, element -> false);
    }

    /**
     * The same, but for elements that are taken on their way: each that comes while this waits is offered first, on the thread
     * that brings it, and only one that is not taken ends the wait. What takes must not block; what it has done is seen when this
     * returns, and what it throws is thrown here. Silence counts from the beginning of the wait, whatever was taken meanwhile.
     */
    public Read<T> next(Duration timeout, Predicate<? super T> taker) throws InterruptedException {
        Read<T> read = end == null ? awaited(timeout, taker) : end;
        return switch (read) {
            case Element<T> element -> taken(element);
            case Silence<T> silence -> silence;
            case End<T> last -> ended(last);
        };
    }

    private Read<T> awaited(Duration timeout, Predicate<? super T> taker) throws InterruptedException {
        Read<T> here = polled();
        if (here != null || !timeout.isPositive()) {
            return here == null ? new Silence<>() : here;
        }
        long until = System.nanoTime() + timeout.toNanos();
        Alarms.Alarm alarm = Alarms.set(timeout, () -> put(new Silence<>()));
        try {
            Read<T> read = waited(taker);
            while (read instanceof Silence<T> && System.nanoTime() - until < 0) {
                // An earlier wait's alarm, which rang while that wait ended.
                read = waited(taker);
            }
            return read;
        } finally {
            alarm.cancel();
        }
    }

    private @Nullable Read<T> polled() {
        lock.lock();
        try {
            return arrived.poll();
        } finally {
            lock.unlock();
        }
    }

    private Read<T> waited(Predicate<? super T> taker) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Read<T> read = arrived.poll();
            while (read == null) {
                onTheWay = taker;
                came.await();
                if (takersFault != null) {
                    throw takersFault;
                }
                read = arrived.poll();
            }
            return read;
        } finally {
            onTheWay = null;
            lock.unlock();
        }
    }

    private void put(Read<T> read) {
        lock.lock();
        try {
            arrived.add(read);
            onTheWay = null;
            came.signal();
        } finally {
            lock.unlock();
        }
    }

    private Element<T> taken(Element<T> element) {
        refill();
        return element;
    }

    private void refill() {
        if (takenSinceRefill.incrementAndGet() == REFILL) {
            takenSinceRefill.addAndGet(-REFILL);
            call.request(REFILL);
        }
    }

    private End<T> ended(End<T> last) {
        end = last;
        if (!last.status().isOk()) {
            throw last.status().asRuntimeException(last.trailers());
        }
        return last;
    }

    /** Ends the call from this side; the server is told, and what still waits is read before the CANCELLED end. */
    public void cancel(String reason) {
        cancelled = true;
        call.cancel(reason, null);
    }

    /** True once this side has cancelled: the CANCELLED that follows is its own doing. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** Cancels the call unless its end was read. */
    @Override
    public void close() {
        if (end == null) {
            cancel("the reader was closed");
        }
    }

    /** What one read gives. */
    public sealed interface Read<T> {}

    /** One element of the stream. */
    public record Element<T>(T value) implements Read<T> {}

    /** Nothing came in time; the stream goes on. */
    public record Silence<T>() implements Read<T> {}

    /** The stream is over; its status is OK wherever callers see it. */
    public record End<T>(Status status, Metadata trailers) implements Read<T> {}

    private final class Arrivals extends ClientCall.Listener<T> {
        @Override
        public void onMessage(T message) {
            if (isTaken(message)) {
                refill();
            } else {
                put(new Element<>(message));
            }
        }

        private boolean isTaken(T message) {
            lock.lock();
            try {
                return onTheWay != null && onTheWay.test(message);
            } catch (RuntimeException fault) {
                takersFault = fault;
                onTheWay = null;
                came.signal();
                return true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            put(new End<>(status, trailers));
        }
    }
}
