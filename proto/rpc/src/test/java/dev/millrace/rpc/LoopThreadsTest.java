package dev.millrace.rpc;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
final class LoopThreadsTest {
    private final EventLoop loop = EventLoops.shared().next();

    @BeforeAll
    static void opensWhatIsNeeded() {
        assertThat(LoopThreads.areThere())
                .as("the tests run with --add-opens java.base/java.lang=ALL-UNNAMED")
                .isTrue();
    }

    /** A virtual thread's text names the thread that carries it. */
    private static String carrier() {
        String text = Thread.currentThread().toString();
        return text.substring(text.indexOf('@') + 1);
    }

    private <T> CompletableFuture<T> onLoop(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> LoopThreads.start("test", () -> {
            try {
                result.complete(work.call());
            } catch (Exception failed) {
                result.completeExceptionally(failed);
            }
        }));
        return result;
    }

    @Test
    void a_thread_begun_on_a_loop_stays_there_through_its_waits() throws Exception {
        var carriers = onLoop(() -> {
                    String before = carrier();
                    Thread.sleep(Duration.ofMillis(5));
                    return before + " " + carrier();
                })
                .get();
        String name = loop.submit(LoopThreadsTest::carrier).get();

        assertThat(name).startsWith("loop-");
        assertThat(carriers).isEqualTo(name + " " + name);
    }

    @Test
    void what_such_a_thread_begins_stays_on_its_loop() throws Exception {
        CompletableFuture<String> child = new CompletableFuture<>();
        String parent = onLoop(() -> {
                    LoopThreads.executor().execute(() -> child.complete(carrier()));
                    return carrier();
                })
                .get();

        assertThat(child.get()).isEqualTo(parent);
    }

    @Test
    void elsewhere_threads_are_ordinary_ones() throws Exception {
        CompletableFuture<String> plain = new CompletableFuture<>();
        LoopThreads.start("test", () -> plain.complete(carrier()));
        CompletableFuture<String> nested = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> LoopThreads.start("test", () -> nested.complete(carrier())));

        assertThat(plain.get()).startsWith("ForkJoinPool");
        assertThat(nested.get()).startsWith("ForkJoinPool");
    }

    /** As libraries and the JDK itself begin theirs, which the JDK has inherit the scheduler of who begins them. */
    @Test
    void virtual_threads_that_are_begun_in_another_way_are_on_no_loop() throws Exception {
        List<CompletableFuture<String>> carriers = new CopyOnWriteArrayList<>();
        Runnable beginning = () -> {
            for (int i = 0; i < 50; i++) {
                CompletableFuture<String> one = new CompletableFuture<>();
                carriers.add(one);
                Thread.ofVirtual().start(() -> {
                    String before = carrier();
                    LockSupport.parkNanos(1_000_000);
                    one.complete(before + " " + carrier());
                });
                CompletableFuture<String> other = new CompletableFuture<>();
                carriers.add(other);
                Thread.ofVirtual().start(() -> LoopThreads.start("test", () -> other.complete(carrier())));
            }
        };

        loop.submit(beginning).sync();
        assertThat(onLoop(Executors.callable(beginning, true)).get()).isTrue();

        assertThat(carriers).hasSize(200);
        for (CompletableFuture<String> one : carriers) {
            assertThat(one.get(10, TimeUnit.SECONDS)).startsWith("ForkJoinPool").doesNotContain("loop");
        }
        assertThat(onLoop(LoopThreads::loop).get()).isEqualTo(loop);
    }

    /** The holder of the lock needs the thread that the loop would block if it were not a virtual thread itself. */
    @Test
    void a_loop_that_waits_for_a_lock_lets_its_threads_go_on() throws Exception {
        ReentrantLock outer = new ReentrantLock();
        Semaphore inner = new Semaphore(0);
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Boolean> holder = onLoop(() -> {
            outer.lock();
            try {
                held.countDown();
                inner.acquire();
                return true;
            } finally {
                outer.unlock();
            }
        });
        held.await();
        CompletableFuture<Boolean> waiter = new CompletableFuture<>();
        loop.execute(() -> {
            outer.lock();
            try {
                waiter.complete(true);
            } finally {
                outer.unlock();
            }
        });
        while (!outer.hasQueuedThreads()) {
            Thread.onSpinWait();
        }

        inner.release();

        assertThat(holder.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(waiter.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void monitors_are_waited_for_in_the_same_way() throws Exception {
        Object monitor = new Object();
        Semaphore inner = new Semaphore(0);
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Boolean> holder = onLoop(() -> {
            synchronized (monitor) {
                held.countDown();
                inner.acquire();
                return true;
            }
        });
        held.await();
        CompletableFuture<Boolean> waiter = new CompletableFuture<>();
        CompletableFuture<Boolean> trying = new CompletableFuture<>();
        loop.execute(() -> {
            trying.complete(true);
            synchronized (monitor) {
                waiter.complete(true);
            }
        });
        trying.get();

        inner.release();

        assertThat(holder.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(waiter.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void no_wake_up_is_lost_between_loop_and_others() throws Exception {
        int threads = 50;
        int rounds = 200;
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            var _ = onLoop(() -> {
                for (int round = 0; round < rounds; round++) {
                    Thread me = Thread.currentThread();
                    CompletableFuture<Boolean> said = new CompletableFuture<>();
                    Thread.ofPlatform().daemon().start(() -> {
                        said.complete(true);
                        LockSupport.unpark(me);
                    });
                    said.get();
                    loop.execute(ended::incrementAndGet);
                }
                all.countDown();
                return true;
            });
        }

        assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
        loop.submit(() -> {}).sync();
        assertThat(ended).hasValue(threads * rounds);
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // It is to be ready again at once.
    void tasks_of_the_loop_and_its_timers_run_between_threads_that_keep_it_busy() throws Exception {
        AtomicInteger ticks = new AtomicInteger();
        var timer = loop.scheduleAtFixedRate(ticks::incrementAndGet, 1, 1, TimeUnit.MILLISECONDS);
        CompletableFuture<Boolean> busy = onLoop(() -> {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
            while (System.nanoTime() < end) {
                Thread.yield();
            }
            return true;
        });

        assertThat(busy.get()).isTrue();
        assertThat(timer.cancel(false)).isTrue();
        assertThat(ticks.get()).isGreaterThan(10);
    }

    /** Nothing but what is ready wakes a loop that has nothing to do. */
    @Test
    @SuppressWarnings("ThreadPriorityCheck") // It is to be ready again at once.
    void a_thread_whose_time_is_up_goes_on_although_its_loop_has_nothing_to_do() throws Exception {
        CompletableFuture<Boolean> busy = onLoop(() -> {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
            while (System.nanoTime() < end) {
                Thread.yield();
            }
            return true;
        });

        assertThat(busy.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void threads_go_on_between_tasks_that_keep_their_loop_busy() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Runnable endless = new Runnable() {
            @Override
            public void run() {
                if (!over.get()) {
                    loop.execute(this);
                }
            }
        };
        loop.execute(endless);
        try {
            CompletableFuture<Boolean> waiting = onLoop(() -> {
                Thread.sleep(Duration.ofMillis(5));
                return true;
            });

            assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            over.set(true);
        }
    }

    /** A loop that is awake for something else takes them up at once; one that waits is left waiting. */
    @Test
    void those_who_are_let_go_on_together_go_on_when_all_are() throws Exception {
        boolean early = true;
        for (int tries = 0; early && tries < 20; tries++) {
            early = goesOnEarly();
        }

        assertThat(early).isFalse();
    }

    private boolean goesOnEarly() throws Exception {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        CompletableFuture<Boolean> first = onLoop(answer::get);
        CompletableFuture<Boolean> second = onLoop(answer::get);
        loop.submit(() -> {}).sync();
        AtomicBoolean early = new AtomicBoolean();

        LoopThreads.wakeTogether(() -> {
            answer.complete(true);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            early.set(first.isDone() || second.isDone());
        });

        assertThat(first.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
        return early.get();
    }

    @Test
    void a_failing_thread_leaves_its_loop_alive() throws Exception {
        Thread failing = loop.submit(() -> LoopThreads.start("test", () -> {
                    throw new IllegalStateException("meant");
                }))
                .get();

        assertThat(failing.join(Duration.ofSeconds(10))).isTrue();
        assertThat(onLoop(() -> true).get()).isTrue();
    }
}
