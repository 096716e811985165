package dev.millrace.runtime.billing;

import dev.millrace.runtime.NanoUsd;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;

/** One price; the operator chooses the name. */
@EachProperty("billing.prices")
public record PriceConfig(@Parameter String name, NanoUsd input, NanoUsd output) {}
