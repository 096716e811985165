package dev.millrace.relay.calls;

import dev.millrace.relay.StoredBody;
import dev.millrace.relay.Upstream;
import java.io.ByteArrayInputStream;
import java.util.Optional;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Answers with this status and body. */
record PlayedExchange(int status, Upstream.Body body) implements Upstream.Exchange, Upstream.Head {
    /** The text for a 200, an empty object for every other status. */
    PlayedExchange(int status, String text) {
        this(status, new StoredBody(new ByteArrayInputStream((status == 200 ? text : "{}").getBytes(UTF_8))));
    }

    @Override
    public Upstream.Head send() {
        return this;
    }

    @Override
    public Optional<String> header(String name) {
        return name.equals("content-type") ? Optional.of("text/event-stream") : Optional.empty();
    }

    @Override
    public void abort() {
        // Everything is here already.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
