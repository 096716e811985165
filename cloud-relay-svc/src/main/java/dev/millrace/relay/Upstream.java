package dev.millrace.relay;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The door to the providers' HTTP: the one seam at the upstream end of a token's path. What lies behind it may block a
 * virtual thread, as the shipped form does, or read on an event loop; nothing else of the relay knows an HTTP library.
 */
public interface Upstream {
    /** Makes an exchange ready; nothing is sent yet. */
    Exchange prepare(Request request);

    /**
     * What to send.
     *
     * @param body empty: a GET
     * @param silenceMax what one read may take; zero: as long as nobody aborts the exchange
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes that are handed over, never compared
    record Request(URI uri, Map<String, String> headers, byte[] body, Duration connectTimeout, Duration silenceMax) {
        /** Never shows headers (a key) or body (a prompt). */
        @Override
        public String toString() {
            return "Request(" + uri.getHost() + uri.getPath() + ")";
        }
    }

    /** One request and its answer. Used by one thread, except for {@link #abort}. */
    interface Exchange extends AutoCloseable {
        /**
         * Sends the request and waits for status and headers.
         *
         * @throws Unreachable when no connection was made, so that nothing was sent
         */
        Head send() throws IOException;

        /** The answer's body, in its plain coding; read after {@link #send}. */
        InputStream body() throws IOException;

        /** Cuts the connection at once, from any thread and at any time; a blocked read or send then fails. */
        void abort();

        /** Gives the connection back when the body was read to its end, else cuts it. */
        @Override
        void close();
    }

    /** The status and the headers of an answer. */
    interface Head {
        int status();

        /** The first header of this name, in any case. */
        Optional<String> header(String name);
    }

    /** No connection was made: the provider has seen nothing. */
    final class Unreachable extends IOException {
        private final String address;

        public Unreachable(String address, String cause, Throwable origin) {
            super(cause, origin);
            this.address = address;
        }

        public String address() {
            return address;
        }
    }
}
