package dev.millrace.runtime;

import io.micronaut.context.env.Environment;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One service as seen by what runs it: a process of its own, the standalone, or a test. */
public interface MillraceService {
    /** The short name: its configuration section, its in-process address, its line at start. */
    String name();

    /** What a start would refuse in the operator's file and flags, a line a mistake; asked before anything starts. */
    default List<String> mistakes(ServiceSettings settings) {
        return Contexts.mistakes(name(), getClass(), settings, readings());
    }

    /**
     * How a start reads sections whose values must fit together, by section, such as {@code gateway.policy}. A reading throws
     * as the start would, {@link IllegalArgumentException} with the key first; it is asked where the operator speaks of it.
     */
    default Map<String, Consumer<Environment>> readings() {
        return Map.of();
    }

    /** Starts, warms up, and returns once calls are taken. What it throws, a message for the operator, stops the process. */
    Running start(ServiceSettings settings);

    /** A started service. */
    interface Running extends AutoCloseable {
        /** Every address that it serves, with real ports. */
        List<URI> addresses();

        /** What {@code up} prints beside the name, such as {@code ledger ~/.millrace/billing.db}. */
        String healthLine();

        boolean healthy();

        /** What peers choose an instance by, beside its health, such as its models; asked anew from time to time. */
        default Map<String, String> facts() {
            return Map.of();
        }

        /** Says to health checks that it takes no more calls, and takes those that still come. */
        default void leave() {}

        /** Takes no more calls and lets those in flight end, for at most so long. */
        void drain(Duration atMost);

        /** Ends at once and releases everything; once. */
        @Override
        void close();
    }
}
