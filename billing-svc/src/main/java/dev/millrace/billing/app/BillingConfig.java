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

    /**
     * Where the ledger lies.
     *
     * @param path SQLite's file, where there is no url
     * @param url of a PostgreSQL database; empty: none
     * @param password {@code env:NAME} or {@code file:PATH}; empty: none
     * @param connections to the database, of this process
     */
    @ConfigurationProperties("ledger")
    record LedgerPlace(String path, String url, String user, String password, int connections) {
        /** For people. */
        @Override
        public String toString() {
            return url.isEmpty() ? path : url;
        }
    }

    /** The daily budget of a tenant without one of its own. */
    @ConfigurationProperties("budget")
    record DailyBudget(NanoUsd daily) {}
}
