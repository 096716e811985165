package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.List;
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
    private static final int FIRST_TEXTS = 370;
    private static final List<FindingKind> KINDS =
            List.of(FindingKind.PAYMENT_CARD, FindingKind.IBAN, FindingKind.CREDENTIAL, FindingKind.PRIVATE_KEY);

    private final TextSet texts = new TextSet("forms", RESOURCE);

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY"})
    void findsNearlyAllOfWhatMustNotLeave(FindingKind kind) {
        texts.assertFound(kind, 80);
    }

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY"})
    void namesAKindOnlyWhereItIs(FindingKind kind) {
        texts.assertNotMisnamed(kind);
    }

    @Test
    void leavesNearMissesAlone() {
        texts.assertLeftAlone(LabelledText.NEAR_MISS, 178);
    }

    @Test
    void printsTheFirstPartAndTheLaterOneApart() {
        List<LabelledText> all = LabelledText.read(RESOURCE);
        TextSet first = new TextSet("forms, first", all.subList(0, FIRST_TEXTS));
        TextSet later = new TextSet("forms, later", all.subList(FIRST_TEXTS, all.size()));

        int missed = KINDS.stream()
                .mapToInt(kind -> first.printMissed(kind) + later.printMissed(kind))
                .sum();
        long sensitive = first.printFalseAlarms() + later.printFalseAlarms();

        assertThat(all).hasSize(FIRST_TEXTS + 198);
        assertThat(missed).isLessThanOrEqualTo(4);
        assertThat(sensitive).isZero();
    }
}
