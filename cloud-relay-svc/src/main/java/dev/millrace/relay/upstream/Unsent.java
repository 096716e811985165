package dev.millrace.relay.upstream;

import java.io.IOException;

/** The provider cannot have had the whole of the request, so that it cannot have worked on it, and has answered nothing. */
final class Unsent extends IOException {
    Unsent(String cause, Throwable origin) {
        super(cause, origin);
    }
}
