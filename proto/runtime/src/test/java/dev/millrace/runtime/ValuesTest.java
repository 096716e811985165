package dev.millrace.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The values that operators write. */
final class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "25.00 USD, 25000000000, 25.00 USD",
        "0.000276 USD, 276000, 0.000276 USD",
        "-1 USD, -1000000000, -1.00 USD",
        "0 USD, 0, 0.00 USD",
        "0.000000001 USD, 1, 0.000000001 USD"
    })
    void readsAndWritesMoney(String text, long nanoUsd, String written) {
        assertThat(NanoUsd.parse(text).nanoUsd()).isEqualTo(nanoUsd);
        assertThat(new NanoUsd(nanoUsd)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"25", "25 EUR", "25.0000000001 USD", "USD 25", "1e3 USD", ""})
    void refusesWhatIsNoMoney(String text) {
        assertThatThrownBy(() -> NanoUsd.parse(text)).hasMessageContaining("expected: an amount with currency");
    }

    @Test
    void refusesMoneyThatDoesNotFit() {
        assertThatThrownBy(() -> NanoUsd.parse("9999999999 USD")).isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @CsvSource({"150ms, PT0.15S", "30s, PT30S", "5m, PT5M", "24h, PT24H", "7d, PT168H"})
    void readsSpans(String text, Duration span) {
        assertThat(Durations.parse(text)).isEqualTo(span);
    }

    @ParameterizedTest
    @CsvSource({"0 B, 0", "8 MiB, 8388608", "1KiB, 1024", "2 GiB, 2147483648"})
    void readsSizes(String text, long bytes) {
        assertThat(DataSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @Test
    void findsTheNearestNames() {
        List<String> models = List.of("gpt-4.1", "deepseek-v3.2", "gemini-2.5-flash");

        assertThat(NearestName.of("gpt-41", models, 3)).containsExactly("gpt-4.1");
        assertThat(NearestName.of("deepseek-v3", models, 1)).containsExactly("deepseek-v3.2");
        assertThat(NearestName.of("llama", models, 3)).isEmpty();
    }

    @Test
    void readsSecretsFromTheEnvironmentOrAFileAndShowsNeither(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "from-file\n");

        Secret fromVariable =
                Secret.read("x.key-from", "env:KEY", Map.of("KEY", "from-env")).orElseThrow();
        Secret fromFile = Secret.read("x.key-from", "file:" + file, Map.of()).orElseThrow();

        assertThat(fromVariable.reveal()).isEqualTo("from-env");
        assertThat(fromFile.reveal()).isEqualTo("from-file");
        assertThat(fromVariable).hasToString("(secret)");
        assertThat(Secret.read("x.key-from", "env:KEY", Map.of())).isEmpty();
        assertThatThrownBy(() -> Secret.read("x.key-from", "sk-123", Map.of()))
                .hasMessageContaining("x.key-from")
                .hasMessageNotContaining("sk-123");
        assertThatThrownBy(() -> Secret.read("x.key-from", "file:" + folder.resolve("absent"), Map.of()))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessage("x.key-from: " + folder.resolve("absent")
                        + " cannot be read (expected: a file with the secret alone)");
    }

    @Test
    void readsArguments() {
        ServiceSettings settings = ServiceSettings.fromArguments(
                Map.of("MILLRACE_HOME", "/a"), "--home", "/b", "--billing.grpc.listen=tcp://127.0.0.1:0?x=y");

        assertThat(settings.home().root()).isEqualTo(Path.of("/b"));
        assertThat(settings.configFile()).isEqualTo(Path.of("/b/config.yml"));
        assertThat(settings.overrides()).containsEntry("billing.grpc.listen", "tcp://127.0.0.1:0?x=y");
        assertThat(ServiceSettings.fromArguments(Map.of("MILLRACE_HOME", "/a"), "--config", "/c.yml"))
                .isEqualTo(new ServiceSettings(new Home(Path.of("/a")), Path.of("/c.yml"), Map.of()));
        assertThatThrownBy(() -> ServiceSettings.fromArguments(Map.of(), "--colour"))
                .hasMessage("--colour (expected: --home DIR, --config FILE or --some.key=value)");
    }
}
