package dev.millrace.billing.app;

import dev.millrace.runtime.NanoUsd;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.util.List;

/**
 * The section {@code billing} of the configuration.
 *
 * @param referenceModel whose price "saved" is measured against
 */
@ConfigurationProperties("billing")
record BillingConfig(String referenceModel, Grpc grpc, LedgerPlace ledger, DailyBudget budget) {
    /** Where it listens. */
    @ConfigurationProperties("grpc")
    record Grpc(List<String> listen) {}

    /** Where the ledger lies. */
    @ConfigurationProperties("ledger")
    record LedgerPlace(String path) {}

    /** The daily budget of a tenant without one of its own. */
    @ConfigurationProperties("budget")
    record DailyBudget(NanoUsd daily) {}
}
