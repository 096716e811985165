package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures what is found of credentials in texts as they are pasted into a chat, in fourteen languages, and prints it: the first part
 * was mended by in general, the later one half, so these figures are nearest to what a stranger's texts meet.
 */
class FreshTextsTest {

    private static final String RESOURCE = "/sensitivity/fresh.tsv";
    private static final int FIRST_TEXTS = 132 + 1 + 218;

    @Test
    void findsMostOfWhatMustNotLeaveAndLeavesTheRestAlone() {
        List<LabelledText> all = LabelledText.read(RESOURCE);
        TextSet first = new TextSet("fresh, first", all.subList(0, FIRST_TEXTS));
        TextSet later = new TextSet("fresh, later", all.subList(FIRST_TEXTS, all.size()));

        int missedFirst = first.printMissed(FindingKind.CREDENTIAL);
        int missedLater = later.printMissed(FindingKind.CREDENTIAL);
        long sensitive = first.printFalseAlarms() + later.printFalseAlarms();

        assertThat(all).hasSize(FIRST_TEXTS + 120);
        assertThat(missedFirst).as("of 132").isLessThanOrEqualTo(10);
        assertThat(missedLater).as("of 60").isLessThanOrEqualTo(18);
        assertThat(first.printMissed(FindingKind.PRIVATE_KEY))
                .as("of 1 private key")
                .isZero();
        assertThat(sensitive).as("of 278 near misses").isLessThanOrEqualTo(3);
    }
}
