package dev.millrace.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

final class StrictConfigurationTest {
    private static final KnownKeys KNOWN = KnownKeys.of("billing", StrictConfigurationTest.class.getClassLoader());

    @TempDir
    Path folder;

    @Test
    void readsEveryShapeByItsFullKey() throws IOException {
        Map<String, Object> values = read("""
                billing:
                  ledger: {readonly: true, alert-shares: [1, 2], password-from: "env:PW"}
                  labels: {team: red, deep: {er: 1}}
                  prices:
                    some-model: {input: "1.00 USD"}
                """);

        assertThat(values)
                .containsEntry("billing.ledger.readonly", "true")
                .containsEntry("billing.ledger.alert-shares", List.of("1", "2"))
                .doesNotContainKey("billing.ledger.alert-shares[0]")
                .containsEntry("billing.ledger.password-from", "env:PW")
                .containsEntry("billing.labels.deep.er", "1")
                .containsEntry("billing.prices.some-model.input", "1.00 USD");
    }

    @Test
    void hasNoValuesWithoutAFile() {
        assertThat(StrictConfiguration.readFile("billing", KNOWN, folder.resolve("none.yml")))
                .isEqualTo(Said.NOTHING);
    }

    @Test
    void leavesTheOtherServicesSectionsToThem() throws IOException {
        assertThat(read("gateway:\n  whatever: 1\nbilling:\n  ledger:\n    replicas: 2\n"))
                .containsOnlyKeys("billing.ledger.replicas");
    }

    @Test
    void saysTheKeyTheValueTheExpectedAndTheLine() throws IOException {
        assertThat(mistakes("billing:\n  budget:\n    daily: \"25\"\n"))
                .containsExactly("billing.budget.daily: \"25\" (expected: an amount with currency, such as"
                        + " \"25.00 USD\")   in FILE line 3");
    }

    @Test
    void collectsAllMistakes() throws IOException {
        assertThat(mistakes("""
                biling: {}
                billing:
                  ledger:
                    flush-within: 20
                    replicas: many
                    replicas: 2
                    cache: 8MB
                    readonly: yes
                    alert-shares: 5
                  budget: 5.00 USD
                  prices:
                    m: {inputs: 1.00 USD}
                """))
                .containsExactly(
                        "biling (no such key, did you mean billing?)   in FILE line 1",
                        "billing.ledger.flush-within: \"20\" (expected: a span with unit, such as \"150ms\")   in FILE"
                                + " line 4",
                        "billing.ledger.replicas: \"many\" (expected: a whole number)   in FILE line 5",
                        "billing.ledger.replicas (given twice)   in FILE line 6",
                        "billing.ledger.cache: \"8MB\" (expected: a size with unit, such as \"8 MiB\")   in FILE line 7",
                        "billing.ledger.readonly: \"yes\" (expected: true or false)   in FILE line 8",
                        "billing.ledger.alert-shares (expected: a list)   in FILE line 9",
                        "billing.budget (expected: a section with keys such as daily)   in FILE line 10",
                        "billing.prices.m.inputs (no such key, did you mean billing.prices.m.input?)   in FILE line 12");
    }

    @Test
    void takesNoDotInAName() throws IOException {
        assertThat(mistakes("billing:\n  prices:\n    gpt-4.1: {input: 1.00 USD}\n"))
                .containsExactly("billing.prices.gpt-4.1 (expected: a name without a dot)   in FILE line 3");
    }

    @Test
    void namesTheLineOfWhatIsNoYaml() throws IOException {
        assertThat(mistakes("billing:\n  budget: [1\n"))
                .singleElement()
                .asString()
                .startsWith("not YAML: ");
    }

    /** What editors on other systems and cut copies leave in a file. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "62 3a 20 e4 0a | FILE is not UTF-8 (expected: a text file in it)",
                "62 3a 20 00 0a | not YAML: character 4 is U+0000 (expected: text)   in FILE"
            })
    void namesTheFileThatIsNoText(String hex, String mistake) throws IOException {
        Path file = folder.resolve("config.yml");
        Files.write(file, HexFormat.ofDelimiter(" ").parseHex(hex));

        assertThat(mistakes(file)).containsExactly(mistake);
    }

    @Test
    void namesAFolderInPlaceOfTheFile() {
        assertThat(mistakes(folder)).containsExactly("FILE cannot be read: Is a directory");
    }

    @Test
    void refusesAFlagOfNoService() {
        ConfigurationFault fault = catchThrowableOfType(
                ConfigurationFault.class,
                () -> StrictConfiguration.readFlags("billing", KNOWN, Map.of("bilings.x", "1")));

        assertThat(fault.mistakes()).containsExactly("--bilings (no such key, did you mean billing?)");
    }

    @Test
    void checksTheValueOfAFlag() {
        ConfigurationFault fault = catchThrowableOfType(
                ConfigurationFault.class,
                () -> StrictConfiguration.readFlags("billing", KNOWN, Map.of("billing.budget.daily", "25")));

        assertThat(fault.mistakes())
                .containsExactly("billing.budget.daily: \"25\" (expected: an amount with currency, such as"
                        + " \"25.00 USD\")   in a flag");
    }

    @ParameterizedTest
    @CsvSource({
        "true, BOOLEAN", "7, INTEGER", "-7, INTEGER", "0.5, DECIMAL", "7d, SPAN", "150ms, SPAN",
        "25.00 USD, MONEY", "8 MiB, SIZE", "8, INTEGER", "sidecar:///x, TEXT", "NaN, TEXT", "'', TEXT"
    })
    void tellsTheFormOfAKeyFromItsDefault(String text, ValueForm form) {
        assertThat(ValueForm.ofDefault(text)).isEqualTo(form);
    }

    private Map<String, Object> read(String yaml) throws IOException {
        return StrictConfiguration.readFile("billing", KNOWN, Files.writeString(folder.resolve("config.yml"), yaml))
                .values();
    }

    private List<String> mistakes(String yaml) throws IOException {
        return mistakes(Files.writeString(folder.resolve("config.yml"), yaml));
    }

    private static List<String> mistakes(Path file) {
        ConfigurationFault fault = catchThrowableOfType(
                ConfigurationFault.class, () -> StrictConfiguration.readFile("billing", KNOWN, file));
        return fault.mistakes().stream()
                .map(mistake -> mistake.replace(file.toString(), "FILE"))
                .toList();
    }
}
