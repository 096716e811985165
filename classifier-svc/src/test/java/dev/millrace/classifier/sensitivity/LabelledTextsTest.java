package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.FindingKind;
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
    private final List<LabelledText> texts = LabelledText.read("/sensitivity/labelled.tsv");

    @ParameterizedTest
    @EnumSource(FindingKind.class)
    void findsEveryKindWhereverItIsHidden(FindingKind kind) {
        List<LabelledText> marked =
                texts.stream().filter(text -> text.kind().equals(kind.name())).toList();
        List<String> missed = marked.stream()
                .filter(text -> !kinds(text.text()).contains(kind))
                .map(LabelledText::text)
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
        for (LabelledText text : texts) {
            for (FindingKind kind : kinds(text.text())) {
                reported++;
                if (!text.kind().equals(kind.name())) {
                    wrong.add(kind + " in: " + text.text());
                }
            }
        }

        assertThat(reported).isGreaterThan(200);
        assertThat(1 - wrong.size() / (double) reported).as("wrong: %s", wrong).isGreaterThanOrEqualTo(PRECISION_MIN);
    }

    @Test
    void leavesNearMissesPublic() {
        List<LabelledText> nearMisses = texts.stream()
                .filter(text -> text.kind().equals(LabelledText.NEAR_MISS))
                .toList();

        assertThat(nearMisses).hasSizeGreaterThan(120);
        assertThat(nearMisses).filteredOn(text -> !kinds(text.text()).isEmpty()).isEmpty();
    }

    private List<FindingKind> kinds(String text) {
        return scanner.scan(List.of(text)).findings().stream()
                .map(Finding::kind)
                .distinct()
                .toList();
    }
}
