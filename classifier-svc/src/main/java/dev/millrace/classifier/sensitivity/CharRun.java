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
    /** Letters, capitals and digits are counted in ten bits each of one number. */
    private static final int COUNT_BITS = 10;

    private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;

    private final ScanText text;
    private final int kinds;
    private final int charsMax;
    private int start;
    private int end;
    private int counts;
    /** The part of the text whose changes are known, and a bit for each of its characters: whether one is there. */
    private int changesFrom;

    private int changesEnd;
    private long changes;

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
            counts = 0;
        }
        while (start < from) {
            counts -= count(text.kindsAt(start++));
        }
        while (end - start < charsMax) {
            int next = text.kindsAt(end);
            if ((next & kinds) == 0) {
                return;
            }
            counts += count(next);
            end++;
        }
    }

    /**
     * How often, in its first characters, digits and letters take turns, or a letter's case changes as in no name of several
     * words: a lone small letter between capitals, or two capitals beside a small letter. A random key does it every second
     * character, words and versions hardly ever.
     */
    int changes() {
        if (length() < 2) {
            return 0;
        }
        int first = isChange(0, kindAt(start), kindAt(start + 1)) ? 1 : 0;
        return first + changesWithin(start + 2, Math.min(end, start + CHANGES_CHARS_MAX));
    }

    /** The changes at the characters between two indexes, no more than 64 apart; what was looked at last is not looked at again. */
    private int changesWithin(int from, int to) {
        if (from < changesFrom || from > changesEnd) {
            changesFrom = from;
            changesEnd = from;
            changes = 0;
        }
        changes >>>= from - changesFrom;
        changesFrom = from;
        int before = changesEnd < to ? kindAt(changesEnd - 2) : 0;
        int last = changesEnd < to ? kindAt(changesEnd - 1) : 0;
        while (changesEnd < to) {
            int kind = kindAt(changesEnd);
            long change = isChange(before, last, kind) ? 1 : 0;
            changes |= change << (changesEnd - from);
            changesEnd++;
            before = last;
            last = kind;
        }
        return Long.bitCount(changes & ((1L << (to - from)) - 1));
    }

    private int kindAt(int index) {
        return text.kindsAt(index) & (CharTable.DIGIT | CharTable.LETTER | CharTable.UPPER);
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

    /** What one character adds to the counts: the bits of its kinds, each at the place of its count. */
    private static int count(int kindsOfOne) {
        int letter = kindsOfOne & CharTable.LETTER;
        int capital = (kindsOfOne & CharTable.UPPER) / CharTable.UPPER;
        int digit = (kindsOfOne & CharTable.DIGIT) / CharTable.DIGIT;
        return letter | (capital << COUNT_BITS) | (digit << (2 * COUNT_BITS));
    }

    /** The index after the last character that was read. */
    int end() {
        return end;
    }

    int length() {
        return end - start;
    }

    int digits() {
        return counts >> (2 * COUNT_BITS);
    }

    int capitals() {
        return (counts >> COUNT_BITS) & COUNT_MASK;
    }

    int letters() {
        return counts & COUNT_MASK;
    }
}
