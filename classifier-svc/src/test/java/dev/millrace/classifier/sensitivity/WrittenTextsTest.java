package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Measures recall, precision and false alarms on texts written by hand, as logs, chats, code and configuration have it, and prints them. */
class WrittenTextsTest {

    private static final double RECALL_MIN = 0.98;
    private static final double PRECISION_MIN = 0.98;
    private static final double FALSE_ALARMS_MAX = 0.01;

    private final TextSet texts = new TextSet("by hand", "/sensitivity/written.tsv");

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY", "MARKING"})
    void findsNearlyAllOfWhatMustNotLeave(FindingKind kind) {
        List<String> missed = texts.missed(kind);

        assertThat(texts.size(kind.name())).isGreaterThanOrEqualTo(20);
        assertThat(1 - missed.size() / (double) texts.size(kind.name()))
                .as("missed: %s", String.join("\n", missed))
                .isGreaterThanOrEqualTo(RECALL_MIN);
    }

    @ParameterizedTest
    @EnumSource(
            value = FindingKind.class,
            names = {"PAYMENT_CARD", "IBAN", "CREDENTIAL", "PRIVATE_KEY", "MARKING"})
    void namesAKindOnlyWhereItIs(FindingKind kind) {
        List<String> wrong = texts.misnamed(kind);

        assertThat(wrong.size() / (double) texts.size(kind.name()))
                .as("wrong: %s", String.join("\n", wrong))
                .isLessThanOrEqualTo(1 - PRECISION_MIN);
    }

    @Test
    void leavesEverydayCodeAndLogsAlone() {
        List<String> wrong = texts.falseAlarms(LabelledText.NEAR_MISS);

        assertThat(texts.size(LabelledText.NEAR_MISS)).isGreaterThanOrEqualTo(200);
        assertThat(wrong.size() / (double) texts.size(LabelledText.NEAR_MISS))
                .as("wrong: %s", String.join("\n", wrong))
                .isLessThanOrEqualTo(FALSE_ALARMS_MAX);
    }
}
