package dev.millrace.gateway.http;

import dev.millrace.rpc.PortHolder;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Singleton;
import java.net.BindException;

/** Opens and shuts the HTTP door; nothing listens before {@link #open}. */
@Singleton
public final class HttpDoor {
    private final EmbeddedServer server;
    private final HttpConfig config;

    HttpDoor(EmbeddedServer server, HttpConfig config) {
        this.server = server;
        this.config = config;
    }

    /**
     * Begins to listen.
     *
     * @throws IllegalStateException when the port is taken; the text names the process that holds it
     */
    public void open() {
        try {
            server.start();
        } catch (ServerStartupException failure) {
            if (!isTaken(failure)) {
                throw failure;
            }
            String hint = "Use --http-port, or `millrace down` if that is a Millrace";
            throw new IllegalStateException(PortHolder.taken(config.port(), hint), failure);
        }
    }

    private static boolean isTaken(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Stops listening and closes the connections. */
    public void close() {
        server.stop();
    }
}
