package dev.millrace.classifier.sensitivity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks that cards, account numbers and passwords are found in sentences of five languages; only the numbers differ in many. */
class LanguagesSensitivityTest {

    private final LinearScanner scanner = new LinearScanner();

    @ParameterizedTest
    @ValueSource(strings = {"zh", "de", "es", "fr", "ja"})
    void whatMustNotLeaveIsFound(String language) throws IOException {
        List<String[]> lines =
                read().stream().filter(parts -> parts[0].equals(language)).toList();

        assertThat(lines)
                .hasSize(20)
                .allSatisfy(parts -> assertThat(kinds(parts[2])).as(parts[2]).contains(parts[1]));
    }

    private List<String> kinds(String text) {
        return scanner.scan(List.of(text)).findings().stream()
                .map(finding -> finding.kind().name())
                .toList();
    }

    private static List<String[]> read() throws IOException {
        try (InputStream in = LanguagesSensitivityTest.class.getResourceAsStream("/language/sensitive.tsv")) {
            if (in == null) {
                throw new IllegalStateException("missing resource");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 3))
                    .toList();
        }
    }
}
