package dev.millrace.billing.app;

import dev.millrace.runtime.NanoUsd;
import io.micronaut.context.annotation.EachProperty;
import java.util.Optional;

/** A row of {@code billing.prices}: replaces the shipped one of its model. */
@EachProperty(value = "billing.prices", list = true)
record OperatorPrice(
        String model,
        NanoUsd input,
        Optional<NanoUsd> cachedInput,
        NanoUsd output,
        Optional<NanoUsd> reasoning,
        String source)
        implements ConfiguredPrice {}
