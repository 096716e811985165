package dev.millrace.runtime;

import dev.millrace.rpc.GrpcServer;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells health checks whether a service can do its work: SERVING from the begin, NOT_SERVING while it cannot, so that calls go
 * to its other instances, and for good once this is closed.
 */
public final class Readiness implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final GrpcServer server;
    /** Guarded by this object, as is the next. */
    private boolean serving = true;

    private boolean closed;

    private Readiness(GrpcServer server) {
        this.server = server;
        server.setServing(true);
    }

    /** For a service that can do its work as long as it runs. */
    public static Readiness always(GrpcServer server) {
        return new Readiness(server);
    }

    /**
     * For one that needs something else as well.
     *
     * @param able asked every second; cheap, and does not wait
     */
    public static Readiness watch(GrpcServer server, BooleanSupplier able) {
        return watch(server, able, Duration.ZERO);
    }

    /**
     * The same for one that may stumble.
     *
     * @param patience how long it may be unable before anybody is told; that it is able again is told at once
     */
    public static Readiness watch(GrpcServer server, BooleanSupplier able, Duration patience) {
        Readiness readiness = new Readiness(server);
        Thread.ofVirtual().name("readiness").start(() -> readiness.look(able, patience));
        return readiness;
    }

    private void look(BooleanSupplier able, Duration patience) {
        try {
            long ableNanos = System.nanoTime();
            boolean going = true;
            while (going) {
                Thread.sleep(LOOK_EVERY);
                long now = System.nanoTime();
                ableNanos = isAble(able) ? now : ableNanos;
                going = tell(now == ableNanos || now - ableNanos < patience.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who fails at the question is not able either. */
    private static boolean isAble(BooleanSupplier able) {
        try {
            return able.getAsBoolean();
        } catch (RuntimeException | LinkageError failure) {
            LOG.atDebug().setCause(failure).log("not able");
            return false;
        }
    }

    /** False once nobody needs to be told any more. */
    private synchronized boolean tell(boolean able) {
        if (!closed && able != serving) {
            serving = able;
            server.setServing(able);
            LOG.atWarn().log(able ? "takes calls again" : "takes no calls for now: what it works with is away");
        }
        return !closed;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            server.setServing(false);
        }
    }
}
