package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Measures recall, precision and false alarms on texts written by somebody who had not read a rule of the scanner, and prints them. */
class BlindTextsTest {

    private static final int FIRST_TEXTS = 515;
    private static final List<FindingKind> KINDS =
            List.of(FindingKind.PAYMENT_CARD, FindingKind.IBAN, FindingKind.CREDENTIAL, FindingKind.PRIVATE_KEY);

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
    void printsTheFirstSetAndTheLaterOneApart() {
        List<LabelledText> all = LabelledText.read("/sensitivity/blind.tsv");
        TextSet first = new TextSet("blind, first", all.subList(0, FIRST_TEXTS));
        TextSet later = new TextSet("blind, later", all.subList(FIRST_TEXTS, all.size()));

        int missed = KINDS.stream().mapToInt(first::printMissed).sum();
        missed += later.printMissed(FindingKind.CREDENTIAL);
        long sensitive = first.printFalseAlarms() + later.printFalseAlarms();

        assertThat(all).hasSize(FIRST_TEXTS + 120);
        assertThat(missed).isLessThanOrEqualTo(2);
        assertThat(sensitive).isZero();
    }

    @Test
    void leavesEverydayCodeAndLogsAlone() {
        texts.assertLeftAlone(LabelledText.NEAR_MISS, 300);
    }
}
