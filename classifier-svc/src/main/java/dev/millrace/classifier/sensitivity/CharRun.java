package dev.millrace.classifier.sensitivity;

/**
 * How many digits, capitals and letters follow one another from a place in a run of characters of one kind, over a bounded
 * distance. A place inside the run that was read last costs only what lies beyond it: a text of nothing but the beginnings of
 * keys is still read once.
 *
 * <p>One object serves a whole scan: {@link #read} replaces what it held.
 */
final class CharRun {

    private static final int CHANGES_CHARS_MAX = 40;
    private static final int CAPITAL = CharTable.LETTER | CharTable.UPPER;

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

    /**
     * How often, in its first characters, digits and letters take turns, or a letter's case changes as in no name of several
     * words: a lone small letter between capitals, or two capitals beside a small letter. A random key does it every second
     * character, words and versions hardly ever.
     */
    int changes() {
        int changes = 0;
        int before = 0;
        int last = 0;
        for (int i = start; i < end && i - start < CHANGES_CHARS_MAX; i++) {
            int kind = text.kindsAt(i) & (CharTable.DIGIT | CharTable.LETTER | CharTable.UPPER);
            changes += isChange(before, last, kind) ? 1 : 0;
            before = last;
            last = kind;
        }
        return changes;
    }

    private static boolean isChange(int before, int last, int kind) {
        if (last == 0 || kind == 0) {
            return false;
        }
        if (last == CharTable.DIGIT || kind == CharTable.DIGIT) {
            return last != kind;
        }
        boolean second = last == CAPITAL;
        boolean third = kind == CAPITAL;
        return before == CAPITAL ? second != third : before == CharTable.LETTER && second && third;
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
