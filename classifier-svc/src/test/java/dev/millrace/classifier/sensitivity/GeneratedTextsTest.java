package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Measures recall, precision and false alarms on more than a thousand made-up texts, and prints the figures. */
class GeneratedTextsTest {

    private final TextSet texts = new TextSet("generated", "/sensitivity/generated.tsv");

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY"})
    void tellsNearlyAllOfWhatMustNotLeave(FindingKind kind) {
        texts.assertTold(kind, 100);
    }

    @ParameterizedTest
    @ValueSource(strings = {LabelledText.PLAIN, LabelledText.NEAR_MISS})
    void leavesEverydayPromptsAndNearMissesAlone(String label) {
        texts.assertLeftAlone(label, 400);
    }
}
