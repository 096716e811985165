package dev.millrace.billing.app;

import dev.millrace.billing.LedgerStartException;
import dev.millrace.rpc.Channels;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.billing.v1.ListPricesRequest;
import dev.millrace.schema.billing.v1.ListUsageRequest;
import dev.millrace.schema.billing.v1.Price;
import dev.millrace.schema.billing.v1.PriceServiceGrpc;
import dev.millrace.schema.billing.v1.TurnUsage;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

/** Billing as its process starts it: configuration, defaults, health, the words of a start that fails. */
final class BillingWiringTest {
    private static final String DAY = "20\\d\\d-(0[1-9]|1[0-2])-([0-2]\\d|3[01])";

    @TempDir
    Path folder;

    @Test
    void startsWithItsDefaultsAndTellsWhereTheLedgerLies() {
        try (MillraceService.Running running = new BillingApplication().start(settings())) {
            assertThat(running.healthy()).isTrue();
            assertThat(running.healthLine()).isEqualTo("ledger " + folder.resolve("billing.db"));
            long daily = ask(
                    running,
                    channel -> BillingServiceGrpc.newBlockingStub(channel)
                            .getBudget(GetBudgetRequest.newBuilder()
                                    .setTenant("local")
                                    .build())
                            .getBudget()
                            .getDailyNanoUsd());
            assertThat(daily).isEqualTo(500_000_000_000L);
            assertThat(turns(running)).isEmpty();
            assertThat(prices(running))
                    .extracting(Price::getModel, Price::getInputNanoUsdPerMillion, Price::getOutputNanoUsdPerMillion)
                    .containsExactly(
                            tuple("claude-sonnet-4.5", 3_000_000_000L, 15_000_000_000L),
                            tuple("deepseek-v3.2", 420_000_000L, 420_000_000L),
                            tuple("gemini-2.5-flash", 2_500_000_000L, 2_500_000_000L),
                            tuple("gpt-4.1", 2_000_000_000L, 8_000_000_000L));
            assertThat(prices(running))
                    .allSatisfy(price -> assertThat(price.getSource()).contains("shipped default"));
        }
    }

    /** A figure that nobody can look up again is said to be one. */
    @Test
    void eachShippedPriceNamesAPageAndItsDayAndWhatStandsOnNone() {
        try (MillraceService.Running running = new BillingApplication().start(settings())) {
            assertThat(prices(running))
                    .isNotEmpty()
                    .extracting(Price::getSource)
                    .allSatisfy(source -> assertThat(source)
                            .matches("output: https://[a-z0-9-]+(\\.[a-z0-9-]+)+/\\S+ of " + DAY + "; input: .*")
                            .matches(".*; input: (https://\\S+ of|shipped default of) " + DAY + "\\b.*")
                            .satisfiesAnyOf(
                                    known -> assertThat(known).doesNotContain("page not known"),
                                    unknown -> assertThat(unknown).endsWith("Check your provider's price page")));
        }
    }

    @Test
    void aPriceBelowZeroIsToldByItsKeyAndLineBeforeAnythingStarts() throws IOException {
        Path file = Files.writeString(folder.resolve("config.yml"), """
                billing:
                  prices:
                    - model: m
                      input: -1.00 USD
                      output: 8.00 USD
                      source: mine
                """);

        assertThat(new BillingApplication().mistakes(settings()))
                .containsExactly(
                        "billing.prices[0].input: -1.00 USD (expected: 0.00 USD or more)   in " + file + " line 4");
    }

    @Test
    void theOperatorsFileReplacesAShippedPriceAndTheBudget() throws IOException {
        Files.writeString(folder.resolve("config.yml"), """
                billing:
                  budget:
                    daily: 25.00 USD
                  prices:
                    - model: gpt-4.1
                      input: 8.00 USD
                      cached-input: 1.00 USD
                      output: 24.00 USD
                      source: contract of 2026
                """);

        for (int start = 0; start < 2; start++) {
            try (MillraceService.Running running = new BillingApplication().start(settings())) {
                Price own = prices(running).get(3);
                assertThat(own.getInputNanoUsdPerMillion()).isEqualTo(8_000_000_000L);
                assertThat(own.getCachedInputNanoUsdPerMillion()).isEqualTo(1_000_000_000L);
                assertThat(own.hasReasoningNanoUsdPerMillion()).isFalse();
                assertThat(own.getSource()).isEqualTo("contract of 2026");
                assertThat(prices(running)).hasSize(4);
            }
        }
    }

    @Test
    void aMisspeltAmountStopsTheStartWithItsLine() throws IOException {
        Files.writeString(folder.resolve("config.yml"), """
                billing:
                  budget:
                    daily: "25"
                """);

        assertThatThrownBy(() -> new BillingApplication().start(settings()))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageContaining("billing.budget.daily")
                .hasMessageContaining("25.00 USD")
                .hasMessageContaining("line 3");
    }

    @Test
    void aPriceOfWhichAKeyIsMissingStopsTheStartWithItsLine() throws IOException {
        Path file = Files.writeString(folder.resolve("config.yml"), """
                billing:
                  prices:
                    - model: other-model
                      input: 1.00 USD
                      output: 2.00 USD
                      source: a contract
                    - model: house-model
                      input: 1.00 USD
                      source: a contract
                """);

        assertThatThrownBy(() -> ServiceProcess.start(List.of(new BillingApplication()), settings(), started -> {}))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessage("billing.prices[1].output is missing (expected: a value)   in " + file + " line 7");
    }

    @Test
    void aNegativeBudgetStopsTheStart() {
        assertThatThrownBy(() -> new BillingApplication().start(settings().with("billing.budget.daily", "-1.00 USD")))
                .hasStackTraceContaining("billing.budget.daily: -1.00 USD (expected: 0.00 USD or more)");
    }

    @Test
    void aDamagedLedgerStopsTheStartInPlainWords() throws IOException {
        Files.writeString(folder.resolve("billing.db"), "garbage".repeat(1_000));

        assertThatThrownBy(() -> new BillingApplication().start(settings()))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageStartingWith("ledger " + folder.resolve("billing.db") + " is damaged");
    }

    private ServiceSettings settings() {
        return ServiceSettings.of(new Home(folder)).with("billing.grpc.listen", "tcp://127.0.0.1:0");
    }

    /** What the start itself does to be quick afterwards leaves nothing behind. */
    private static List<TurnUsage> turns(MillraceService.Running running) {
        return ask(
                running,
                channel -> UsageServiceGrpc.newBlockingStub(channel)
                        .listUsage(ListUsageRequest.newBuilder()
                                .setTenant("warm-up")
                                .build())
                        .getTurnsList());
    }

    private static List<Price> prices(MillraceService.Running running) {
        return ask(
                running,
                channel -> PriceServiceGrpc.newBlockingStub(channel)
                        .listPrices(ListPricesRequest.getDefaultInstance())
                        .getPricesList());
    }

    private static <T> T ask(MillraceService.Running running, Function<ManagedChannel, T> question) {
        ManagedChannel channel = Channels.open(running.addresses().getFirst().toString());
        try {
            return question.apply(channel);
        } finally {
            channel.shutdownNow();
        }
    }
}
