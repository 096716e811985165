package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.FindingKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Measures the scanner on made-up texts with their kind: none may be missed, and no near miss may fire. */
class LabelledTextsTest {

    private static final double RECALL_MIN = 0.99;
    private static final double PRECISION_MIN = 0.99;

    private final LinearScanner scanner = new LinearScanner();
    private final List<Labelled> texts = read();

    @ParameterizedTest
    @EnumSource(FindingKind.class)
    void findsEveryKindWhereverItIsHidden(FindingKind kind) {
        List<Labelled> marked =
                texts.stream().filter(text -> text.kind.equals(kind.name())).toList();
        List<String> missed = marked.stream()
                .filter(text -> !kinds(text.text).contains(kind))
                .map(Labelled::text)
                .toList();

        assertThat(marked).hasSizeGreaterThanOrEqualTo(8);
        assertThat(1 - missed.size() / (double) marked.size())
                .as("missed: %s", missed)
                .isGreaterThanOrEqualTo(RECALL_MIN);
    }

    @Test
    void reportsNothingElse() {
        List<String> wrong = new ArrayList<>();
        int reported = 0;
        for (Labelled text : texts) {
            for (FindingKind kind : kinds(text.text)) {
                reported++;
                if (!text.kind.equals(kind.name())) {
                    wrong.add(kind + " in: " + text.text);
                }
            }
        }

        assertThat(reported).isGreaterThan(200);
        assertThat(1 - wrong.size() / (double) reported).as("wrong: %s", wrong).isGreaterThanOrEqualTo(PRECISION_MIN);
    }

    @Test
    void leavesNearMissesPublic() {
        List<Labelled> nearMisses =
                texts.stream().filter(text -> text.kind.equals("-")).toList();

        assertThat(nearMisses).hasSizeGreaterThan(120);
        assertThat(nearMisses).filteredOn(text -> !kinds(text.text).isEmpty()).isEmpty();
    }

    private List<FindingKind> kinds(String text) {
        return scanner.scan(List.of(text)).findings().stream()
                .map(Finding::kind)
                .distinct()
                .toList();
    }

    private static List<Labelled> read() {
        try (InputStream in = LabelledTextsTest.class.getResourceAsStream("/sensitivity/labelled.tsv")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 2))
                    .map(parts ->
                            new Labelled(parts[0], parts[1].replace("~~", "").replace("\\n", "\n")))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private record Labelled(String kind, String text) {}
}
