package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Measures recall, precision and false alarms on more than a thousand made-up texts, and prints the figures. */
class GeneratedTextsTest {

    private static final double RECALL_MIN = 0.98;
    private static final double PRECISION_MIN = 0.98;
    private static final double FALSE_ALARMS_MAX = 0.01;

    private final TextSet texts = new TextSet("generated", "/sensitivity/generated.tsv");

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY"})
    void findsNearlyAllOfWhatMustNotLeave(FindingKind kind) {
        List<String> missed = texts.missed(kind);

        assertThat(texts.size(kind.name())).isGreaterThanOrEqualTo(100);
        assertThat(1 - missed.size() / (double) texts.size(kind.name()))
                .as("missed: %s", String.join("\n", missed))
                .isGreaterThanOrEqualTo(RECALL_MIN);
    }

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY"})
    void namesAKindOnlyWhereItIs(FindingKind kind) {
        List<String> wrong = texts.misnamed(kind);

        assertThat(wrong.size() / (double) texts.size(kind.name()))
                .as("wrong: %s", String.join("\n", wrong))
                .isLessThanOrEqualTo(1 - PRECISION_MIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {LabelledText.PLAIN, LabelledText.NEAR_MISS})
    void leavesEverydayPromptsAndNearMissesAlone(String label) {
        List<String> wrong = texts.falseAlarms(label);

        assertThat(texts.size(label)).isGreaterThanOrEqualTo(400);
        assertThat(wrong.size() / (double) texts.size(label))
                .as("wrong: %s", String.join("\n", wrong))
                .isLessThanOrEqualTo(FALSE_ALARMS_MAX);
    }
}
