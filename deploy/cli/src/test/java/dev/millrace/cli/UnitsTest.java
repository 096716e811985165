package dev.millrace.cli;

import dev.millrace.schema.billing.v1.Budget;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "276000, 0.000276",
        "499, 0.000000499",
        "2970, 0.00000297",
        "17000000000, 17.000000",
        "12345678901, 12.345678901"
    })
    void writesNanoUsdWithSixDigitsAndTheRestWhereThereIsMore(long nanoUsd, String text) {
        assertThat(Units.usd(nanoUsd)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.00", "60000, 0.00006", "500000000000, 500.00", "999999999, 0.999999999", "2500000000, 2.50"})
    void writesABudgetToTheCentAndTheRestWhereThereIsMore(long nanoUsd, String text) {
        assertThat(Units.usdExact(nanoUsd)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0.8999, 0.89",
        "0.9, 0.90",
        "0.29, 0.29",
        "0.57, 0.57",
        "0.999999, 0.99",
        "0, 0.00",
        "1, 1.00",
        "1.0E-7, 0.00"
    })
    void cutsAScoreSoThatItNeverReadsAsTheTierAbove(double score, String text) {
        assertThat(Units.score(score)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0.90, 0.8960, 0.89, 0.90",
        "0.8957, 0.8960, 0.8960, 0.8957",
        "0.8957, 0.89565, 0.8956, 0.8957",
        "0.895, 0.8949, 0.894, 0.895"
    })
    void aScoreHasTheDigitsOfTheFinestCutoffBesideIt(double cutoff, double score, String shown, String shownCutoff) {
        assertThat(Units.scores(0.3, cutoff).apply(score)).isEqualTo(shown);
        assertThat(Units.scores(0.3, cutoff).apply(cutoff)).isEqualTo(shownCutoff);
    }

    @Test
    void aColumnOfAmountsHasTheDigitsOfItsFinest() {
        assertThat(Units.usdColumn(LongStream.of(0, 276_000)).apply(0)).isEqualTo("0.000000");
        assertThat(Units.usdColumn(LongStream.of(276_000, 2_970)).apply(276_000))
                .isEqualTo("0.00027600");
    }

    @ParameterizedTest
    @CsvSource({
        "60000, 0, 0, 'budget 0.00006 USD a day, 0.0 % used (0 USD spent, 0 USD held)'",
        "60000, 17000, 34000, 'budget 0.00006 USD a day, 85.0 % used (0.000017 USD spent, 0.000034 USD held)'",
        "500000000000, 499999999999, 0,"
                + " 'budget 500.00 USD a day, 99.9 % used (499.999999999 USD spent, 0 USD held)'",
        "1000000000, 1000000000, 0, 'budget 1.00 USD a day, 100.0 % used (1.000000 USD spent, 0 USD held)'",
        "0, 0, 0, 'budget 0.00 USD a day, 100.0 % used (0 USD spent, 0 USD held)'"
    })
    void aBudgetIsNeverShownAsMoreOrLessThanItIs(long daily, long spent, long held, String line) {
        assertThat(UsageCommand.budget(Budget.newBuilder()
                        .setDailyNanoUsd(daily)
                        .setSpentNanoUsd(spent)
                        .setHeldNanoUsd(held)
                        .build()))
                .isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource({"2, 2000000000", "0.42, 420000000", "25.00 USD, 25000000000", "0.000000001, 1"})
    void readsAmountsExactly(String text, long nanoUsd) {
        assertThat(Units.nanoUsd("--input", text)).isEqualTo(nanoUsd);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "two", "0.0000000001", "99999999999999", ""})
    void refusesWhatIsNoAmount(String text) {
        assertThatThrownBy(() -> Units.nanoUsd("--input", text))
                .isInstanceOf(CommandFault.class)
                .hasMessageContaining("--input: " + text)
                .hasMessageContaining("expected: an amount in USD");
    }

    @ParameterizedTest
    @CsvSource({"1500, 1.5 ms", "21000, 21 ms", "999000, 999 ms", "1700000, 1.7 s", "12000000, 12 s"})
    void writesSpansAsShortAsTheyAre(long micros, String text) {
        assertThat(Units.duration(Duration.ofNanos(micros * 1000))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "today, 2026-03-05T00:00:00Z",
        "24h, 2026-03-04T07:08:09Z",
        "7d, 2026-02-26T07:08:09Z",
        "2026-01-31, 2026-01-31T00:00:00Z",
        "2026-01-31T08:00:00Z, 2026-01-31T08:00:00Z"
    })
    void understandsSinceWhen(String since, Instant start) {
        assertThat(UsageCommand.start(since, Instant.parse("2026-03-05T07:08:09Z")))
                .isEqualTo(start);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday",
                "999999999999d",
                "99999999999999999999h",
                "800000d",
                "-0001-01-01",
                "+10000-01-01",
                "2026-02-30"
            })
    void refusesATimeThatIsNone(String since) {
        assertThatThrownBy(() -> UsageCommand.start(since, Instant.parse("2026-03-05T07:08:09Z")))
                .isInstanceOfSatisfying(
                        CommandFault.class,
                        fault -> assertThat(fault.exitCode()).isEqualTo(ExitCodes.USAGE))
                .hasMessageContaining("--since: " + since + " (expected: today");
    }
}
