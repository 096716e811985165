package dev.millrace.billing.app;

import dev.millrace.runtime.NanoUsd;
import io.micronaut.context.annotation.EachProperty;
import java.util.Optional;

/** A row of {@code billing.shipped-prices}: what is known without an operator. */
@EachProperty(value = "billing.shipped-prices", list = true)
record ShippedPrice(
        String model,
        NanoUsd input,
        Optional<NanoUsd> cachedInput,
        NanoUsd output,
        Optional<NanoUsd> reasoning,
        String source)
        implements ConfiguredPrice {}
