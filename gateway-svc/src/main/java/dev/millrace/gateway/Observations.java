package dev.millrace.gateway;

import java.time.Duration;
import java.util.Optional;

/** What the gateway has seen of models lately; read by the router, written by the flow. */
public interface Observations {

    /** The median time to a first token; empty: none seen. */
    Optional<Duration> firstTokenMedian(Target target, String model);

    /** The 95th percentile of it; empty with fewer than 20 seen, and for most calls of a model that has given none for long. */
    Optional<Duration> firstTokenP95(Target target, String model);

    /** Notes how long a first token took. */
    void sawFirstToken(Target target, String model, Duration took);

    /**
     * Notes that a first token was waited for in vain: it would have taken longer than that. Without these a model that is
     * slower than its limit would never be seen to be.
     */
    void sawLate(Target target, String model, Duration waited);

    /** Notes that a model refused because it was full. */
    void sawFull(Target target, String model);

    /** Whether it refused a moment ago; after that moment one call is let through to probe. */
    boolean isFull(Target target, String model);
}
