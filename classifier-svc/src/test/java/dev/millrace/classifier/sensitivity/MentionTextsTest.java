package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Measures recall and false alarms on credentials as people mention them, in sentences, tables, chats and commands of nine languages, and prints them. */
class MentionTextsTest {

    private static final String RESOURCE = "/sensitivity/mentions.tsv";

    private final TextSet texts = new TextSet("mentions", RESOURCE);

    @Test
    void findsNearlyAllOfWhatMustNotLeave() {
        texts.assertFound(FindingKind.CREDENTIAL, 300);
    }

    @Test
    void leavesQuestionsAndStandInsAlone() {
        texts.assertLeftAlone(LabelledText.NEAR_MISS, 300);
    }

    @Test
    void printsTheFirstPartAndTheLaterOneApart() {
        TextSet.Parts parts = TextSet.Parts.of("mentions", RESOURCE, 228 + 1 + 293, 164);

        int missed = parts.printMissed(FindingKind.CREDENTIAL);
        int missedKeys = parts.printMissedFirst(FindingKind.PRIVATE_KEY);
        long sensitive = parts.printFalseAlarms();

        assertThat(missedKeys).as("of 1 private key").isZero();
        assertThat(missed).isLessThanOrEqualTo(5);
        assertThat(sensitive).isLessThanOrEqualTo(1);
    }
}
