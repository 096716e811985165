package dev.millrace.runtime.billing;

import dev.millrace.runtime.NanoUsd;
import io.micronaut.context.annotation.ConfigurationProperties;

/** What may be spent. */
@ConfigurationProperties("billing.budget")
public record BudgetConfig(NanoUsd daily) {}
