package dev.millrace.relay;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what providers say about their limits, model by model, and remembers it. */
public interface Quotas {
    /** Remembers the limits that an answer tells of. */
    void observe(ProviderModel model, Upstream.Head head);

    /** How long the provider asks to be left alone. */
    Optional<Duration> retryAfter(Upstream.Head head);

    /** How long until a spent quota is whole again; empty: it is not spent, or nothing is known. */
    Optional<Duration> spent(ProviderModel model);

    /** The fewest requests left in the window of any model; empty: unknown. */
    OptionalLong requestsLeft();
}
