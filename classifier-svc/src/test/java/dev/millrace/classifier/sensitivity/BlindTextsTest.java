package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Measures recall, precision and false alarms on texts written by somebody who had not read a rule of the scanner, and prints them. */
class BlindTextsTest {

    private static final String RESOURCE = "/sensitivity/blind.tsv";

    private final TextSet texts = new TextSet("blind", RESOURCE);

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY"})
    void tellsNearlyAllOfWhatMustNotLeave(FindingKind kind) {
        texts.assertTold(kind, 20);
    }

    @Test
    void printsTheFirstSetAndTheLaterOneApart() {
        TextSet.Parts parts = TextSet.Parts.of("blind", RESOURCE, 515, 120);

        int missed = parts.printMissedFirst(
                FindingKind.PAYMENT_CARD, FindingKind.IBAN, FindingKind.CREDENTIAL, FindingKind.PRIVATE_KEY);
        missed += parts.printMissedLater(FindingKind.CREDENTIAL);
        long sensitive = parts.printFalseAlarms();

        assertThat(missed).isLessThanOrEqualTo(2);
        assertThat(sensitive).isZero();
    }

    @Test
    void leavesEverydayCodeAndLogsAlone() {
        texts.assertLeftAlone(LabelledText.NEAR_MISS, 300);
    }
}
