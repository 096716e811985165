package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Measures recall and false alarms on credentials as people mention them, in sentences, tables, chats and commands of nine languages, and prints them. */
class MentionTextsTest {

    private static final String RESOURCE = "/sensitivity/mentions.tsv";
    private static final int FIRST_TEXTS = 228 + 1 + 293;

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
        List<LabelledText> all = LabelledText.read(RESOURCE);
        TextSet first = new TextSet("mentions, first", all.subList(0, FIRST_TEXTS));
        TextSet later = new TextSet("mentions, later", all.subList(FIRST_TEXTS, all.size()));

        int missed = first.printMissed(FindingKind.CREDENTIAL) + later.printMissed(FindingKind.CREDENTIAL);
        long sensitive = first.printFalseAlarms() + later.printFalseAlarms();

        assertThat(all).hasSize(FIRST_TEXTS + 164);
        assertThat(first.printMissed(FindingKind.PRIVATE_KEY))
                .as("of 1 private key")
                .isZero();
        assertThat(missed).isLessThanOrEqualTo(5);
        assertThat(sensitive).isLessThanOrEqualTo(1);
    }
}
