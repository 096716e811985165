package dev.millrace.discovery;

import org.jspecify.annotations.Nullable;

/** Consul is away, refuses, or is something else; the message names its address and what it said. */
public final class ConsulFault extends Exception {
    /** What helps against it. */
    enum Kind {
        /** Nothing answers, or says that it cannot for now: the same question may be answered later. */
        AWAY,
        /** The same words will be refused again: something is configured wrong, or what listens is no Consul. */
        REFUSED,
        /** It does not know the instance that it is asked about. */
        UNKNOWN_SERVICE
    }

    private final Kind kind;

    ConsulFault(String message, Kind kind, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
