package dev.millrace.rpc;

import io.netty.channel.EventLoop;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Virtual threads that stay on an event loop: what the loop has read they work on, and have it write the answer, without a
 * hand-over between two threads of the system; while they wait it serves others. Whoever starts one on a loop, or on such a thread,
 * stays on that loop. From anywhere else, and in a JVM that does not open {@code java.lang} to name a virtual thread's scheduler
 * ({@code --add-opens java.base/java.lang=ALL-UNNAMED}), it is an ordinary virtual thread, and all else is the same.
 *
 * <p>What runs for long without waiting, or waits in a way that holds its carrier (files, native code, the search for a host's
 * addresses), holds up all connections of its loop, so it belongs on an ordinary one: whatever is not started here.
 */
public final class LoopThreads {
    private static final Logger LOG = LoggerFactory.getLogger(LoopThreads.class);
    private static final @Nullable Jdk JDK = Jdk.find();

    private LoopThreads() {}

    /** Whether this JVM lets loops carry threads. */
    static boolean areThere() {
        return JDK != null;
    }

    /** Starts a thread for each task. */
    public static Executor executor() {
        return task -> start("call", task);
    }

    public static Thread start(String name, Runnable task) {
        Scheduler here = current();
        return here == null
                ? Thread.ofVirtual().name(name).start(task)
                : start(name, task, here.loop, here.loop::carry);
    }

    /** @param carried takes what is to be run of the thread, each time that it can go on */
    static Thread start(String name, Runnable task, CarryingLoop loop, Executor carried) {
        if (JDK == null) {
            throw new IllegalStateException("this JVM lets no loop carry threads");
        }
        Scheduler scheduler = new Scheduler(loop, carried, JDK.ordinary());
        Thread thread = JDK.builder(scheduler).name(name).unstarted(task);
        scheduler.thread = thread;
        thread.start();
        return thread;
    }

    /**
     * Runs a work that lets many threads go on, such as the answers to many at once: the loops that carry them are
     * woken for all of them together, when it has ended. Else a loop on the same core begins at the first, and has to
     * be woken again for each other. The work must not block.
     */
    public static void wakeTogether(Runnable work) {
        Set<CarryingLoop> loops = new HashSet<>();
        CarryingLoop.WAKING.set(loops::add);
        try {
            work.run();
        } finally {
            CarryingLoop.WAKING.remove();
            loops.forEach(CarryingLoop::wake);
        }
    }

    /** The loop of the current thread, where that is on one. */
    public static @Nullable EventLoop loop() {
        Scheduler here = current();
        return here == null ? null : here.loop;
    }

    private static @Nullable Scheduler current() {
        Thread now = Thread.currentThread();
        return JDK != null
                        && now.isVirtual()
                        && JDK.schedulerOf(now) instanceof Scheduler scheduler
                        && now.equals(scheduler.thread)
                ? scheduler
                : null;
    }

    /**
     * That of one thread. The JDK has each virtual thread that another begins inherit this; all but the one are handed on to the
     * JDK's own carriers: they know nothing of the loop, and some are the JDK's own, which serve the whole process.
     */
    private static final class Scheduler implements Executor {
        private final CarryingLoop loop;
        private final Executor carried;
        private final Executor ordinary;
        private volatile @Nullable Thread thread;
        /** What the JDK has run of a thread is one object all its life; the first is that of the one that was begun with this. */
        private volatile @Nullable Runnable own;

        Scheduler(CarryingLoop loop, Executor carried, Executor ordinary) {
            this.loop = loop;
            this.carried = carried;
            this.ordinary = ordinary;
        }

        @Override
        public void execute(Runnable continuation) {
            if (own == null) {
                own = continuation;
            }
            (continuation.equals(own) ? carried : ordinary).execute(continuation);
        }
    }

    /**
     * How the JDK 25 names a virtual thread's scheduler, which is not public yet.
     *
     * @param ordinary that of threads for which none was named
     * @param build makes a builder of threads, from their scheduler
     * @param scheduler the scheduler of a virtual thread
     */
    private record Jdk(Executor ordinary, MethodHandle build, MethodHandle scheduler) {
        static @Nullable Jdk find() {
            try {
                Class<?> thread = Class.forName("java.lang.VirtualThread");
                Constructor<?> build = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                        .getDeclaredConstructor(Executor.class);
                Field ordinary = thread.getDeclaredField("DEFAULT_SCHEDULER");
                Field scheduler = thread.getDeclaredField("scheduler");
                build.setAccessible(true);
                ordinary.setAccessible(true);
                scheduler.setAccessible(true);
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                return new Jdk(
                        (Executor) ordinary.get(null),
                        lookup.unreflectConstructor(build)
                                .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class)),
                        lookup.unreflectGetter(scheduler).asType(MethodType.methodType(Executor.class, Thread.class)));
            } catch (ReflectiveOperationException | InaccessibleObjectException closed) {
                LOG.atDebug().addKeyValue("why", closed.getMessage()).log("event loops carry no threads");
                return null;
            }
        }

        Executor schedulerOf(Thread thread) {
            try {
                return (Executor) scheduler.invokeExact(thread);
            } catch (Throwable broken) {
                throw new AssertionError(broken);
            }
        }

        Thread.Builder.OfVirtual builder(Executor ofThread) {
            try {
                return (Thread.Builder.OfVirtual) build.invokeExact(ofThread);
            } catch (Throwable broken) {
                throw new AssertionError(broken);
            }
        }
    }
}
