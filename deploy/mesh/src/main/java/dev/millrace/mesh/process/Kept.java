package dev.millrace.mesh.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one program running: starts it again when it ends by itself, at first after a second, later after longer pauses, and
 * goes on to try where it cannot be started. Safe for use by several threads.
 */
public final class Kept {
    private static final Logger LOG = LoggerFactory.getLogger(Kept.class);
    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    /** One that lived this long was started well. */
    private static final Duration SETTLED = Duration.ofSeconds(20);

    private final Supplier<Child> start;
    private final CountDownLatch leaving = new CountDownLatch(1);
    private volatile Child child;
    private volatile int restarts;
    private volatile Duration pause = PAUSE_MIN;

    private Kept(Supplier<Child> start) {
        this.start = start;
        this.child = start.get();
        watch(child);
    }

    public static Kept start(Supplier<Child> start) {
        return new Kept(start);
    }

    private void watch(Child current) {
        current.whenEnded(
                () -> Thread.ofVirtual().name("restart-" + current.name()).start(() -> again(current)));
    }

    private void again(Child ended) {
        pause = ended.age().compareTo(SETTLED) > 0 ? PAUSE_MIN : pause;
        String why =
                "ended (" + ended.ending() + "), starting it again; the last line of its log: " + ended.lastWords();
        try {
            while (!leaving.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atWarn()
                        .addKeyValue("process", ended.name())
                        .addKeyValue("exit", ended.exitCode())
                        .log(why);
                pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
                try {
                    startAgain();
                    return;
                } catch (Leftovers.Closed forGood) {
                    return;
                } catch (RuntimeException failure) {
                    why = "could not be started again, trying once more: " + failure.getMessage();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void startAgain() {
        if (leaving.getCount() > 0) {
            Child fresh = start.get();
            child = fresh;
            restarts++;
            watch(fresh);
        }
    }

    /** The process that runs now, or ran last. */
    public Child child() {
        return child;
    }

    public int restarts() {
        return restarts;
    }

    /** Ends it for good; returns when it is gone. */
    public void stop(Duration patience) {
        leave().stop(patience);
    }

    /** The same for a program that ends on SIGINT alone. */
    public void interrupt(Duration patience) {
        leave().interrupt(patience);
    }

    private synchronized Child leave() {
        leaving.countDown();
        return child;
    }
}
