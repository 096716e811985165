package dev.millrace.billing.app;

import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.PriceChange;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.NanoUsd;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes what billing is wired of. */
@Factory
final class BillingFactory {
    private static final String ACTOR = "configuration";

    /** The container has a clock of its own; this one is meant. */
    @Singleton
    @Primary
    InstantSource clock() {
        return InstantSource.system();
    }

    @Singleton
    @Bean(preDestroy = "close")
    Ledger ledger(
            BillingConfig config,
            List<ShippedPrice> shipped,
            List<OperatorPrice> operator,
            InstantSource clock,
            @Value("${millrace.home}") String home) {
        LedgerTerms terms = new LedgerTerms(dailyNanoUsd(config.budget()), config.referenceModel());
        Ledger ledger = LedgerChoice.open(config.ledger(), new Home(Path.of(home)), terms, clock, System.getenv());
        Map<String, PriceChange> rows = new LinkedHashMap<>();
        shipped.forEach(row -> rows.put(row.model(), row.toChange(ACTOR)));
        operator.forEach(row -> rows.put(row.model(), row.toChange(ACTOR)));
        ledger.offerPrices(List.copyOf(rows.values()));
        return ledger;
    }

    private static long dailyNanoUsd(BillingConfig.DailyBudget budget) {
        NanoUsd daily = budget.daily();
        if (daily.nanoUsd() < 0) {
            throw new ConfigurationFault(List.of("billing.budget.daily: " + daily + " (expected: 0.00 USD or more)"));
        }
        return daily.nanoUsd();
    }
}
