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
        Readiness readiness = new Readiness(server);
        Thread.ofVirtual().name("readiness").start(() -> readiness.look(able));
        return readiness;
    }

    private void look(BooleanSupplier able) {
        try {
            do {
                Thread.sleep(LOOK_EVERY);
            } while (tell(able.getAsBoolean()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
