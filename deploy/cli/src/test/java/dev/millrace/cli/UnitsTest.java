package dev.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class UnitsTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "276000, 0.000276", "499, 0.000000", "500, 0.000001", "12345678901, 12.345679"})
    void writesNanoUsdWithSixDigits(long nanoUsd, String text) {
        assertThat(Units.usd(nanoUsd)).isEqualTo(text);
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
