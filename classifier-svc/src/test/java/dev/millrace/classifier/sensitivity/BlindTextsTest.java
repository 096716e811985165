package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Measures recall, precision and false alarms on texts written by somebody who had not read a rule of the scanner, and prints them. */
class BlindTextsTest {

    private final TextSet texts = new TextSet("blind", "/sensitivity/blind.tsv");

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY"})
    void findsNearlyAllOfWhatMustNotLeave(FindingKind kind) {
        texts.assertFound(kind, 20);
    }

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY"})
    void namesAKindOnlyWhereItIs(FindingKind kind) {
        texts.assertNotMisnamed(kind);
    }

    @Test
    void leavesEverydayCodeAndLogsAlone() {
        texts.assertLeftAlone(LabelledText.NEAR_MISS, 300);
    }
}
