package dev.millrace.relay;

import java.time.Duration;
import java.util.Optional;

/** Decides whether a failed call is repeated, and how long to wait before. */
public interface Retries {
    /** The most calls of a model for one request. */
    int triesMax();

    /** A request begins; retries are granted in proportion to requests. */
    void begun(ProviderModel model);

    /**
     * The wait before the next try; empty: there is none, and the failure stands.
     *
     * @param nextTry from 2
     * @param remaining what is left of the deadline
     */
    Optional<Duration> waitBefore(ProviderModel model, int nextTry, Failure failure, Duration remaining);
}
