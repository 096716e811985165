package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Measures recall, precision and false alarms on texts written by hand, as logs, chats, code and configuration have it, and prints them. */
class WrittenTextsTest {

    private final TextSet texts = new TextSet("by hand", "/sensitivity/written.tsv");

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY", "MARKING"})
    void tellsNearlyAllOfWhatMustNotLeave(FindingKind kind) {
        texts.assertTold(kind, 20);
    }

    @Test
    void leavesEverydayCodeAndLogsAlone() {
        texts.assertLeftAlone(LabelledText.NEAR_MISS, 200);
    }
}
