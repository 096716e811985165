package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.Arrays;

/** The state of one pass over one text: the text, what was found so far, and where topics were last named. */
final class Scan {

    /** How far a naming word may stand before its number. */
    private static final int TOPIC_REACH_CHARS = 48;

    final ScanText text;
    final DigitGroups groups;
    private final FindingTally tally;
    private final int[] named = new int[Topic.values().length];

    Scan(ScanText text, FindingTally tally) {
        this.text = text;
        this.groups = new DigitGroups(text);
        this.tally = tally;
        Arrays.fill(named, -TOPIC_REACH_CHARS - 1);
    }

    void found(FindingKind kind, String rule) {
        tally.add(kind, rule);
    }

    /** Notes that a topic is named by a word that ends at an index. */
    void name(Topic topic, int end) {
        named[topic.index()] = end;
    }

    /** Whether a topic was named shortly before an index. */
    boolean isNamed(Topic topic, int index) {
        return index - named[topic.index()] <= TOPIC_REACH_CHARS;
    }
}
