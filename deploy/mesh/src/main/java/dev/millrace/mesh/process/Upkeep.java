package dev.millrace.mesh.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again while a mesh runs; what fails is logged and tried the next time. */
public final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final CountDownLatch leaving = new CountDownLatch(1);

    private Upkeep() {}

    /** Begins, the first time after one pause. */
    public static Upkeep start(String name, Duration pause, Runnable work) {
        Upkeep upkeep = new Upkeep();
        Thread.ofVirtual().name("upkeep-" + name).start(() -> upkeep.run(name, pause, work));
        return upkeep;
    }

    private void run(String name, Duration pause, Runnable work) {
        try {
            while (!leaving.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    work.run();
                } catch (RuntimeException failure) {
                    LOG.atWarn().addKeyValue("upkeep", name).setCause(failure).log("failed, will be tried again");
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins no other time. */
    @Override
    public void close() {
        leaving.countDown();
    }
}
