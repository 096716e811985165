package dev.millrace.discovery;

import org.jspecify.annotations.Nullable;

/** Consul is away, refuses, or is something else; the message names its address and what it said. */
public final class ConsulFault extends Exception {
    private final boolean unknownService;

    ConsulFault(String message, boolean unknownService, @Nullable Throwable cause) {
        super(message, cause);
        this.unknownService = unknownService;
    }

    /** True when it refused because it does not know the instance. */
    boolean unknownService() {
        return unknownService;
    }
}
