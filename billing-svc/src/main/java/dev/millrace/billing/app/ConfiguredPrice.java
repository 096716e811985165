package dev.millrace.billing.app;

import dev.millrace.billing.PriceChange;
import dev.millrace.runtime.NanoUsd;
import java.util.Optional;
import java.util.OptionalLong;

/** A price row of the configuration, amounts for a million tokens. */
interface ConfiguredPrice {
    String model();

    NanoUsd input();

    Optional<NanoUsd> cachedInput();

    NanoUsd output();

    Optional<NanoUsd> reasoning();

    String source();

    /** The row, as set by this actor. */
    default PriceChange toChange(String actor) {
        return new PriceChange(
                model(),
                input().nanoUsd(),
                rate(cachedInput()),
                output().nanoUsd(),
                rate(reasoning()),
                Optional.empty(),
                source(),
                actor);
    }

    private static OptionalLong rate(Optional<NanoUsd> amount) {
        return amount.isPresent() ? OptionalLong.of(amount.get().nanoUsd()) : OptionalLong.empty();
    }
}
