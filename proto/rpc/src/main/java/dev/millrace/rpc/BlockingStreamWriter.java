package dev.millrace.rpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets blocking code on a virtual thread answer with a stream, at the pace of its reader: a write waits while the transport
 * is full, and ends the writer when the caller is gone or accepts nothing for too long.
 *
 * <p>{@link #serve} is the way in. Several threads may write; each element leaves whole, and the lock is free while a writer
 * waits. A cancel never interrupts the body: what blocks elsewhere must be released through {@link #onGone}.
 */
public final class BlockingStreamWriter<T> {
    /** How long a reader may accept nothing before it counts as stalled. */
    public static final Duration STALL_LIMIT = Duration.ofSeconds(30);

    /** What lies unsent at the end has one more stall limit for each of these. */
    private static final long UNSENT_BYTES_EACH_LIMIT = 8 << 20;

    /** A caller's clock starts before ours: its cancel at the deadline may come this much before our own timer. */
    private static final long CLOCK_LEAD_MILLIS = 50;

    private static final String NAME = "stream";

    private final ServerCallStreamObserver<T> observer;
    private final Duration stallLimit;
    private final @Nullable Deadline deadline = Context.current().getDeadline();
    private final Runnable reset = CallReset.ofCurrentCall();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Runnable> goneActions = new ArrayList<>(2);
    private boolean gone;
    private boolean closed;
    private boolean sent;
    private boolean stalled;

    private BlockingStreamWriter(ServerCallStreamObserver<T> observer, Duration stallLimit) {
        this.observer = observer;
        this.stallLimit = stallLimit;
        observer.setOnReadyHandler(this::wake);
        observer.setOnCancelHandler(this::leave);
        observer.setOnCloseHandler(this::allSent);
    }

    /**
     * Runs the body on a virtual thread of its own, in the call's context, and returns at once, because gRPC delivers cancel
     * and ready signals only after the handler has returned. The stream ends OK when the body returns, and with the
     * body's {@link StatusRuntimeException} or a stalled reader's fault when it throws one; anything else becomes the last
     * resort's answer. Call it on the handler's thread, once a call.
     */
    public static <T> void serve(StreamObserver<T> observer, Duration stallLimit, Body<T> body) {
        Thread.ofVirtual().name(NAME).start(running(observer, stallLimit, body));
    }

    /**
     * The same for a body that waits for most of its time and never works long: its thread stays on the event loop of its caller's
     * ({@link LoopThreads}).
     */
    public static <T> void serveOnLoop(StreamObserver<T> observer, Duration stallLimit, Body<T> body) {
        LoopThreads.start(NAME, running(observer, stallLimit, body));
    }

    private static <T> Runnable running(StreamObserver<T> observer, Duration stallLimit, Body<T> body) {
        BlockingStreamWriter<T> writer = new BlockingStreamWriter<>((ServerCallStreamObserver<T>) observer, stallLimit);
        return Context.current().wrap(() -> writer.run(body));
    }

    private void run(Body<T> body) {
        try {
            body.writeTo(this);
            complete();
        } catch (CallerGone gone) {
            return;
        } catch (ReaderStalled stalled) {
            fail(stalled.toException());
        } catch (StatusRuntimeException status) {
            fail(status);
        } catch (InterruptedException interrupted) {
            fail(Status.CANCELLED.withDescription("interrupted").asRuntimeException());
        } catch (Throwable unexpected) {
            fail(unexpected);
        }
    }

    /**
     * Hands over one element, waiting until the transport takes it.
     *
     * @throws CallerGone when the call was cancelled or its deadline passed
     * @throws ReaderStalled when nothing was accepted for the stall limit
     */
    public void write(T element) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!observer.isReady()) {
                awaitReady();
            }
            if (gone || observer.isCancelled()) {
                throw new CallerGone(isExpired());
            }
            if (closed) {
                throw new IllegalStateException("the stream has ended");
            }
            observer.onNext(element);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the stream well and waits until the transport has sent all of it: an element of any size lies there for as
     * long as its reader takes none of it. A reader has the stall limit for that, and as much again for each 8 MiB;
     * then the call is reset and what lies there is dropped.
     *
     * @param bytes that may lie there
     * @throws CallerGone when the call was cancelled or its deadline passed before all was sent
     * @throws ReaderStalled when the reader took too long
     */
    public void completeAndWait(long bytes) throws InterruptedException {
        complete();
        Duration limit = stallLimit.plus(stallLimit.multipliedBy(bytes).dividedBy(UNSENT_BYTES_EACH_LIMIT));
        Alarms.Alarm alarm = Alarms.set(limit, this::stall);
        lock.lockInterruptibly();
        try {
            while (!sent && !gone && !stalled) {
                changed.await();
            }
            if (!sent) {
                throw stalled ? new ReaderStalled(limit) : new CallerGone(isExpired());
            }
        } finally {
            lock.unlock();
            alarm.cancel();
        }
    }

    private void stall() {
        signal(() -> stalled = true);
        reset.run();
    }

    private void allSent() {
        signal(() -> sent = true);
    }

    /** Hands over one element if the transport takes it here and now; else does nothing. Never waits. */
    public boolean offer(Supplier<T> element) {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            boolean taken = !gone && !closed && !observer.isCancelled() && observer.isReady();
            if (taken) {
                observer.onNext(element.get());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void awaitReady() throws InterruptedException {
        long left = stallLimit.toNanos();
        while (!observer.isReady() && !gone && !closed && !observer.isCancelled()) {
            if (left <= 0) {
                throw new ReaderStalled(stallLimit);
            }
            left = changed.awaitNanos(left);
        }
    }

    /** Ends the stream well; the second end of a stream, and any after the caller has gone, changes nothing. */
    public void complete() {
        end(observer::onCompleted);
    }

    private void fail(Throwable failure) {
        end(() -> observer.onError(failure));
    }

    private void end(Runnable last) {
        lock.lock();
        try {
            if (!closed && !gone && !observer.isCancelled()) {
                last.run();
            }
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Runs the action once when the caller goes away, on gRPC's thread; at once if it already has. It must not block. */
    public void onGone(Runnable action) {
        lock.lock();
        try {
            if (!gone) {
                goneActions.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    /** True once the caller has cancelled, or its deadline has passed; what was written may not have been read. */
    public boolean isGone() {
        return observer.isCancelled();
    }

    private boolean isExpired() {
        return deadline != null && deadline.timeRemaining(TimeUnit.MILLISECONDS) <= CLOCK_LEAD_MILLIS;
    }

    private void wake() {
        signal(() -> {});
    }

    private void signal(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        List<Runnable> actions;
        lock.lock();
        try {
            gone = true;
            actions = List.copyOf(goneActions);
            goneActions.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        actions.forEach(Runnable::run);
    }

    /** The blocking code that produces a stream. */
    @FunctionalInterface
    public interface Body<T> {
        void writeTo(BlockingStreamWriter<T> writer) throws Exception;
    }

    /** The call has ended from the other side; there is nobody to tell, only work to stop and to settle. */
    public static final class CallerGone extends RuntimeException {
        private final boolean deadlineExceeded;

        CallerGone(boolean deadlineExceeded) {
            super(deadlineExceeded ? "the deadline has passed" : "the caller has cancelled", null, false, false);
            this.deadlineExceeded = deadlineExceeded;
        }

        /** True: time was up. False: the caller cancelled or vanished. */
        public boolean deadlineExceeded() {
            return deadlineExceeded;
        }
    }

    /** The reader holds the connection and takes nothing. */
    public static final class ReaderStalled extends RuntimeException {
        ReaderStalled(Duration limit) {
            super("the reader accepted nothing for " + limit.toMillis() + " ms", null, false, false);
        }

        StatusRuntimeException toException() {
            return TransportReason.READER_STALLED
                    .fault(Status.Code.CANCELLED, String.valueOf(getMessage()))
                    .toException();
        }
    }
}
