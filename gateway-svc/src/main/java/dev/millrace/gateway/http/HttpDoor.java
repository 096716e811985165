package dev.millrace.gateway.http;

import dev.millrace.rpc.PortHolder;
import io.micronaut.runtime.exceptions.ApplicationStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Singleton;

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
        } catch (ApplicationStartupException taken) {
            throw new IllegalStateException(
                    PortHolder.taken(config.port(), "Set gateway.http.port to another one."), taken);
        }
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
