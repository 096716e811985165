package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures what is found of numbers, passwords and keys in the forms that addresses, pages, programs, lists, speech and other scripts
 * give them, and prints it: the first part was fixed before the rules knew such forms, the later one when they did.
 */
class FormTextsTest {

    private static final String RESOURCE = "/sensitivity/forms.tsv";

    private final TextSet texts = new TextSet("forms", RESOURCE);

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY"})
    void tellsNearlyAllOfWhatMustNotLeave(FindingKind kind) {
        texts.assertTold(kind, 80);
    }

    @Test
    void leavesNearMissesAlone() {
        texts.assertLeftAlone(LabelledText.NEAR_MISS, 178);
    }

    @Test
    void printsTheFirstPartAndTheLaterOneApart() {
        TextSet.Parts parts = TextSet.Parts.of("forms", RESOURCE, 370, 198);

        int missed = parts.printMissed(
                FindingKind.PAYMENT_CARD, FindingKind.IBAN, FindingKind.CREDENTIAL, FindingKind.PRIVATE_KEY);
        long sensitive = parts.printFalseAlarms();

        assertThat(missed).isLessThanOrEqualTo(4);
        assertThat(sensitive).isZero();
    }
}
