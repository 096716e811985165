package dev.millrace.runtime;

import dev.millrace.runtime.billing.BudgetConfig;
import dev.millrace.runtime.billing.LedgerConfig;
import dev.millrace.runtime.billing.NoticeConfig;
import dev.millrace.runtime.billing.PriceConfig;
import dev.millrace.runtime.billing.TinyBilling;
import dev.millrace.runtime.classifier.Judge;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ContextsTest {
    @TempDir
    Path folder;

    @Test
    void keepsTheBeansOfTwoServicesInOneJvmApart() {
        try (ApplicationContext billing = open("billing");
                ApplicationContext classifier = open("classifier")) {
            assertThat(billing.containsBean(LedgerConfig.class)).isTrue();
            assertThat(billing.containsBean(Judge.class)).isFalse();
            assertThat(classifier.containsBean(Judge.class)).isTrue();
            assertThat(classifier.containsBean(LedgerConfig.class)).isFalse();
            assertThat(billing.containsProperty("classifier.threads")).isFalse();
        }
    }

    @Test
    void readsTheDefaultsOfTheServiceAlone() {
        try (ApplicationContext billing = open("billing")) {
            assertThat(billing.getBean(LedgerConfig.class))
                    .isEqualTo(new LedgerConfig(
                            folder.resolve("billing.db"),
                            Duration.ofMillis(20),
                            new DataSize(8 << 20),
                            1,
                            false,
                            List.of(50, 80, 100)));
            assertThat(billing.getBean(BudgetConfig.class).daily().nanoUsd()).isEqualTo(500_000_000_000L);
        }
    }

    @Test
    void letsTheOperatorsFileWinOverTheDefaultsAndFlagsOverBoth() throws IOException {
        write("""
                billing:
                  budget:
                    daily: 25.00 USD
                  ledger:
                    replicas: 3
                    cache: 1 GiB
                    alert-shares: [90]
                """);

        try (ApplicationContext billing =
                Contexts.open("billing", TinyBilling.class, settings().with("billing.ledger.replicas", "5"))) {
            assertThat(billing.getBean(BudgetConfig.class).daily()).hasToString("25.00 USD");
            LedgerConfig ledger = billing.getBean(LedgerConfig.class);
            assertThat(ledger.replicas()).isEqualTo(5);
            assertThat(ledger.cache().bytes()).isEqualTo(1L << 30);
            assertThat(ledger.flushWithin()).isEqualTo(Duration.ofMillis(20));
            assertThat(ledger.alertShares()).containsExactly(90);
        }
    }

    @Test
    void takesNamesAndListsThatTheOperatorChooses() throws IOException {
        write("""
                billing:
                  prices:
                    default: {input: 2.00 USD, output: 8.00 USD}
                    other: {input: 0.42 USD, output: 0.42 USD}
                  notices:
                    - url: "https://one.example"
                      after: 1s
                    - url: "https://two.example"
                      after: 2s
                """);

        try (ApplicationContext billing = open("billing")) {
            assertThat(billing.getBeansOfType(PriceConfig.class))
                    .extracting(PriceConfig::name)
                    .containsExactlyInAnyOrder("default", "other");
            assertThat(billing.getBeansOfType(NoticeConfig.class))
                    .extracting(NoticeConfig::after)
                    .containsExactlyInAnyOrder(Duration.ofSeconds(1), Duration.ofSeconds(2));
        }
    }

    @Test
    void doesNotStartWithAMisspeltKey() throws IOException {
        write("""
                billing:
                  budget:
                    dayly: 25.00 USD
                """);

        assertThatThrownBy(() -> open("billing").close())
                .isInstanceOf(ConfigurationFault.class)
                .hasMessage("billing.budget.dayly (no such key, did you mean billing.budget.daily?)   in "
                        + settings().configFile() + " line 3");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(settings().configFile(), yaml);
    }

    private ServiceSettings settings() {
        return ServiceSettings.of(new Home(folder));
    }

    private ApplicationContext open(String service) {
        return Contexts.open(service, TinyBilling.class, settings());
    }

    @Test
    void hasNoFlagThatTheServiceDoesNotKnow() {
        ServiceSettings wrong = new ServiceSettings(
                new Home(folder), folder.resolve("none.yml"), Map.of("billing.ledger.replica", "5"));

        assertThatThrownBy(() -> Contexts.open("billing", TinyBilling.class, wrong))
                .hasMessage("--billing.ledger.replica (no such key, did you mean billing.ledger.replicas?)");
    }
}
