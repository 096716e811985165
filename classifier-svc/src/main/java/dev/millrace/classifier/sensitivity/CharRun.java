package dev.millrace.classifier.sensitivity;

/**
 * How many digits, capitals and letters follow one another from a place in a run of characters of one kind, over a bounded
 * distance. A place inside the run that was read last costs only what lies beyond it: a text of nothing but the beginnings of
 * keys is still read once.
 *
 * <p>One object serves a whole scan: {@link #read} replaces what it held.
 */
final class CharRun {

    private final ScanText text;
    private final int kinds;
    private final int charsMax;
    private int start;
    private int end;
    private int digits;
    private int capitals;
    private int letters;

    /**
     * A run that is yet to be read.
     *
     * @param kinds the bit of {@link CharTable} that all characters of the run have
     * @param charsMax how far a reading goes
     */
    CharRun(ScanText text, int kinds, int charsMax) {
        this.text = text;
        this.kinds = kinds;
        this.charsMax = charsMax;
    }

    /** Reads the run from an index on, no earlier than the last one. */
    void read(int from) {
        if (from < start || from >= end) {
            start = from;
            end = from;
            digits = 0;
            capitals = 0;
            letters = 0;
        }
        while (start < from) {
            count(text.kindsAt(start++), -1);
        }
        while (end - start < charsMax) {
            int next = text.kindsAt(end);
            if ((next & kinds) == 0) {
                return;
            }
            count(next, 1);
            end++;
        }
    }

    private void count(int kindsOfOne, int change) {
        if ((kindsOfOne & CharTable.DIGIT) != 0) {
            digits += change;
        }
        if ((kindsOfOne & CharTable.UPPER) != 0) {
            capitals += change;
        }
        if ((kindsOfOne & CharTable.LETTER) != 0) {
            letters += change;
        }
    }

    /** The index after the last character that was read. */
    int end() {
        return end;
    }

    int length() {
        return end - start;
    }

    int digits() {
        return digits;
    }

    int capitals() {
        return capitals;
    }

    int letters() {
        return letters;
    }
}
