package dev.millrace.discovery;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A host and a port. */
public record Address(String host, int port) {

    /**
     * Reads {@code host:port}.
     *
     * @param name what the text is called, for the error
     */
    static Address parse(String name, String text) {
        URI uri;
        try {
            uri = URI.create("tcp://" + text);
        } catch (IllegalArgumentException malformed) {
            throw wrong(name, text, malformed);
        }
        if (uri.getHost() == null || uri.getPort() <= 0) {
            throw wrong(name, text, null);
        }
        return new Address(uri.getHost(), uri.getPort());
    }

    private static IllegalArgumentException wrong(String name, String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(name + ": \"" + text + "\" (expected: host:port)", cause);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
