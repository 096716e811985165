package dev.millrace.gateway.http;

import dev.millrace.rpc.PortHolder;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Singleton;

/** Opens and shuts the HTTP door; nothing listens before {@link #open}. */
@Singleton
public final class HttpDoor {
    private final EmbeddedServer server;
    private final HttpConfig config;
    private final DoorChannels channels;

    HttpDoor(EmbeddedServer server, HttpConfig config, DoorChannels channels) {
        this.server = server;
        this.config = config;
        this.channels = channels;
    }

    /**
     * Begins to listen.
     *
     * @throws IllegalStateException when the port is taken, and the text names the process that holds it, or when the system
     *     refuses the address, and the text tells why
     */
    public void open() {
        try {
            server.start();
        } catch (ServerStartupException failure) {
            throw explained(failure);
        }
    }

    private RuntimeException explained(ServerStartupException failure) {
        if (PortHolder.isTaken(failure)) {
            String hint = "Use --http-port, or `millrace down` if that is a Millrace";
            return new IllegalStateException(PortHolder.taken(config.port(), hint), failure);
        }
        String address = config.host() + ":" + config.port();
        return PortHolder.refusal(failure)
                .<RuntimeException>map(why -> new IllegalStateException(PortHolder.refused(address, why), failure))
                .orElse(failure);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Stops listening and closes the connections. */
    public void close() {
        try {
            server.stop();
        } finally {
            channels.close();
        }
    }
}
