package dev.millrace.billing;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A price row to be added, rates in nano-USD for a million tokens.
 *
 * @param validFrom empty: from now on
 * @param actor who sets it, for the audit log
 */
public record PriceChange(
        String model,
        long input,
        OptionalLong cachedInput,
        long output,
        OptionalLong reasoning,
        Optional<Instant> validFrom,
        String source,
        String actor) {

    /** The row that this change makes. */
    public Price toPrice(String version, Instant now) {
        return new Price(version, model, input, cachedInput, output, reasoning, validFrom.orElse(now), source);
    }
}
