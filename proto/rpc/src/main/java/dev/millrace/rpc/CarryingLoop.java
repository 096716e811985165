package dev.millrace.rpc;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.internal.PlatformDependent;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop whose thread carries virtual threads as well ({@link LoopThreads}). The loop is one of them itself: while a handler
 * of its waits for a lock, whoever holds it can go on, although that is carried by the same thread.
 */
final class CarryingLoop extends ManualIoEventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(CarryingLoop.class);

    /** How long one of the two, the loop and those that it carries, keeps the other waiting. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How a thread wakes a loop for which it has something: at once, but in {@link LoopThreads#wakeTogether}. */
    static final ThreadLocal<Consumer<CarryingLoop>> WAKING = ThreadLocal.withInitial(() -> CarryingLoop::wake);

    private final Queue<Runnable> ready = PlatformDependent.newMpscQueue();
    private volatile @Nullable Runnable loop;
    private volatile @Nullable Thread carrier;
    private volatile boolean carrierWaits;

    CarryingLoop(IoEventLoopGroup group, IoHandlerFactory io) {
        super(group, null, io);
    }

    /** Asked by the loop after it has said that it is about to wait, so that none that gets ready then is overlooked. */
    @Override
    protected boolean canBlock() {
        return ready.isEmpty();
    }

    /** Goes on with a thread that this carries, soon. */
    void carry(Runnable continuation) {
        ready.add(continuation);
        WAKING.get().accept(this);
    }

    void wake() {
        wakeup();
        wakeCarrier();
    }

    private void carryLoop(Runnable continuation) {
        loop = continuation;
        wakeCarrier();
    }

    private void wakeCarrier() {
        if (carrierWaits) {
            LockSupport.unpark(carrier);
        }
    }

    /** The carrier's work, which lasts as long as the process. */
    void work() {
        carrier = Thread.currentThread();
        LoopThreads.start(
                Thread.currentThread().getName(),
                () -> FastThreadLocalThread.runWithFastThreadLocal(this::serve),
                this,
                this::carryLoop);
        while (true) {
            Runnable own = loop;
            if (own != null) {
                loop = null;
                goOn(own);
            }
            carryOthers();
            awaitWork();
        }
    }

    private void carryOthers() {
        Runnable next = ready.poll();
        if (next == null) {
            return;
        }
        long end = System.nanoTime() + SLICE_NANOS;
        while (next != null) {
            goOn(next);
            next = System.nanoTime() - end < 0 ? ready.poll() : null;
        }
    }

    private static void goOn(Runnable continuation) {
        try {
            continuation.run();
        } catch (RuntimeException | Error broken) {
            LOG.atError().setCause(broken).log("a thread on an event loop failed; the loop goes on");
        }
    }

    /** Only while the loop waits for a lock: for all else it waits itself. */
    private void awaitWork() {
        if (loop == null && ready.isEmpty()) {
            carrierWaits = true;
            if (loop == null && ready.isEmpty()) {
                LockSupport.park(this);
            }
            carrierWaits = false;
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // This yields to the carrier, for the others.
    private void serve() {
        setOwningThread(Thread.currentThread());
        while (true) {
            try {
                run(0, SLICE_NANOS);
                if (!ready.isEmpty()) {
                    Thread.yield();
                    // What they have written leaves before the loop looks for more to read.
                    runNonBlockingTasks(SLICE_NANOS);
                }
            } catch (RuntimeException | Error broken) {
                LOG.atError().setCause(broken).log("an event loop failed in one of its rounds, and goes on");
            }
        }
    }
}
