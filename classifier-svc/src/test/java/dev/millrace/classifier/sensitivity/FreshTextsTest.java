package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Measures what is found of credentials in texts as they are pasted into a chat, in fourteen languages, and prints it: the first part
 * was mended by in general, the later one half, so these figures are nearest to what a stranger's texts meet.
 */
class FreshTextsTest {

    private static final String RESOURCE = "/sensitivity/fresh.tsv";

    @Test
    void findsMostOfWhatMustNotLeaveAndLeavesTheRestAlone() {
        TextSet.Parts parts = TextSet.Parts.of("fresh", RESOURCE, 132 + 1 + 218, 120);

        int missedFirst = parts.printMissedFirst(FindingKind.CREDENTIAL);
        int missedLater = parts.printMissedLater(FindingKind.CREDENTIAL);
        int missedKeys = parts.printMissedFirst(FindingKind.PRIVATE_KEY);
        long sensitive = parts.printFalseAlarms();

        assertThat(missedFirst).as("of 132").isLessThanOrEqualTo(10);
        assertThat(missedLater).as("of 60").isLessThanOrEqualTo(18);
        assertThat(missedKeys).as("of 1 private key").isZero();
        assertThat(sensitive).as("of 278 near misses").isLessThanOrEqualTo(3);
    }
}
