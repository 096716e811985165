package dev.millrace.relay;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The door to the providers' HTTP: the one seam at the upstream end of a token's path. Its calls block a virtual thread; an
 * answer's body can be worked on by the event loop that reads it as well. Nothing else of the relay knows an HTTP library.
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
        Body body() throws IOException;

        /** Cuts the connection at once, from any thread and at any time; a blocked read or send then fails. */
        void abort();

        /** Gives the connection back when the body was read to its end, else cuts it. */
        @Override
        void close();
    }

    /** An answer's body, which is read as any stream, or as it arrives. Used by one thread, but for its workers. */
    abstract class Body extends InputStream {
        /** Reads what is here already, never waiting: 0 where nothing is yet, -1 at the end. */
        public abstract int readNow(byte[] into, int offset, int length) throws IOException;

        /**
         * Waits until there is something to read, or an end or a failure to find. What arrives meanwhile is first shown to the
         * worker, on the thread that brings it, which must not wait: as long as that says that it has dealt with all of it, the
         * wait goes on. What the worker has done is seen when this returns.
         */
        public abstract void await(BooleanSupplier worker) throws IOException;
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
