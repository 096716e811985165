package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.FindingKind;
import dev.millrace.classifier.Sensitivity;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Measures recall and false alarms on more than a thousand made-up texts, and prints the figures. */
class GeneratedTextsTest {

    private static final double RECALL_MIN = 0.98;
    private static final double FALSE_ALARMS_MAX = 0.01;

    private final LinearScanner scanner = new LinearScanner();
    private final List<LabelledText> texts = LabelledText.read("/sensitivity/generated.tsv");

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY"})
    void findsNearlyAllOfWhatMustNotLeave(FindingKind kind) {
        List<String> all = textsOf(kind.name());
        List<String> missed =
                all.stream().filter(text -> !kinds(text).contains(kind)).toList();

        double recall = 1 - missed.size() / (double) all.size();

        print(kind.name(), all.size(), "recall", recall);
        assertThat(all).hasSizeGreaterThanOrEqualTo(100);
        assertThat(recall).as("missed: %s", String.join("\n", missed)).isGreaterThanOrEqualTo(RECALL_MIN);
    }

    @Test
    void leavesEverydayPromptsAlone() {
        List<String> all = textsOf(LabelledText.PLAIN);
        List<String> wrong = all.stream().filter(text -> !kinds(text).isEmpty()).toList();

        double share = wrong.size() / (double) all.size();

        print("everyday prompts", all.size(), "false alarms", share);
        assertThat(all).hasSizeGreaterThanOrEqualTo(400);
        assertThat(share).as("wrong: %s", String.join("\n", wrong)).isLessThanOrEqualTo(FALSE_ALARMS_MAX);
    }

    @Test
    void takesNearMissesForWhatTheyAre() {
        List<String> all = textsOf(LabelledText.NEAR_MISS);
        List<String> wrong = all.stream().filter(this::isSensitive).toList();

        double share = wrong.size() / (double) all.size();

        print("near misses", all.size(), "false alarms", share);
        assertThat(all).hasSizeGreaterThanOrEqualTo(400);
        assertThat(share).as("wrong: %s", String.join("\n", wrong)).isLessThanOrEqualTo(FALSE_ALARMS_MAX);
    }

    private List<String> textsOf(String kind) {
        return texts.stream()
                .filter(text -> text.kind().equals(kind))
                .map(LabelledText::text)
                .toList();
    }

    private boolean isSensitive(String text) {
        return scanner.scan(List.of(text)).level() == Sensitivity.SENSITIVE;
    }

    private List<FindingKind> kinds(String text) {
        return scanner.scan(List.of(text)).findings().stream()
                .map(Finding::kind)
                .distinct()
                .toList();
    }

    private static void print(String what, int texts, String figure, double value) {
        System.out.printf(Locale.ROOT, "sensitivity: %-16s %4d texts, %s %.4f%n", what, texts, figure, value);
    }
}
