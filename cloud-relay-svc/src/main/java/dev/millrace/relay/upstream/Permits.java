package dev.millrace.relay.upstream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How many exchanges there may be at once. Who waits is served in turn, and can be called away by another thread. */
final class Permits {
    private final Deque<Wait> waiting = new ArrayDeque<>();
    private int free;

    Permits(int count) {
        free = count;
    }

    /** A permit, or a place among those who wait for one: to be awaited in either case. */
    synchronized Wait ask() {
        Wait wait = new Wait();
        if (free > 0) {
            free--;
            wait.granted = true;
            wait.over.countDown();
        } else {
            waiting.addLast(wait);
        }
        return wait;
    }

    /** Gives one back, to who has waited longest. */
    synchronized void release() {
        Wait next = waiting.pollFirst();
        if (next == null) {
            free++;
        } else {
            next.granted = true;
            next.over.countDown();
        }
    }

    /** One who waits. Guarded by its permits' lock. */
    final class Wait {
        private final CountDownLatch over = new CountDownLatch(1);
        private boolean granted;

        /** Whether the permit came in time; if not, none will. */
        boolean await(Duration within) throws InterruptedException {
            try {
                var _ = over.await(within.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException stopped) {
                if (leave()) {
                    release();
                }
                throw stopped;
            }
            return leave();
        }

        /** Ends the wait, unless the permit has come before. */
        void giveUp() {
            if (!leave()) {
                over.countDown();
            }
        }

        private boolean leave() {
            synchronized (Permits.this) {
                if (!granted) {
                    waiting.remove(this);
                }
                return granted;
            }
        }
    }
}
