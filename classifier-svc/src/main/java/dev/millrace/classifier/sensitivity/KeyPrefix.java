package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * A published form of secret keys: a fixed beginning and at least so many characters of keys behind it.
 *
 * @param prefix the fixed beginning, case counts
 * @param rest how many characters must follow
 * @param length what that number says
 * @param second how many characters must follow behind a dot at least, 0 for no second part
 * @param kind what a match is reported as
 * @param rule the rule that a match is reported under
 */
record KeyPrefix(String prefix, int rest, Length length, int second, FindingKind kind, String rule) {

    /** Who asks has seen so many characters of the prefix. */
    private static final int BEGINNING_CHARS = 2;

    /** So short a rest says nothing of words. */
    private static final int WORDS_CHARS_MIN = 16;

    private static final int WORDS_LETTERS_MIN = 8;
    private static final int CHANGES_MIN = 2;
    private static final String EXAMPLE = "example";
    private static final int PART_CHARS_MIN = 2;
    private static final int SORTS = CharTable.DIGIT | CharTable.LETTER | CharTable.UPPER;
    /** A key in parts changes between digits, small letters and capitals more often than once in so many characters. */
    private static final int PARTED_CHANGE_CHARS = 5;

    /** Returns the index after a key that starts here with its first two characters, or {@code start} where none does. */
    int match(Scan scan, int start) {
        for (int i = BEGINNING_CHARS; i < prefix.length(); i++) {
            if (scan.text.at(start + i) != prefix.charAt(i)) {
                return start;
            }
        }
        CharRun run = scan.keyRun;
        run.read(start + prefix.length());
        if (run.length() < rest) {
            return partedEnd(scan.text, start);
        }
        boolean exact = length.isExact();
        boolean complete = !exact || run.length() == rest;
        boolean key = complete
                && (run.digits() > 0 || run.capitals() > 2)
                && (exact || rest < WORDS_CHARS_MIN || !isWords(run))
                && !isExample(scan.text, run.end())
                && (length != Length.SUMMED || scan.isWalletKey(start, run.end()));
        return key ? secondEnd(scan, run.end(), start) : start;
    }

    /**
     * The index after a key whose characters somebody parted by blanks, {@code ghp_ 5YwP udlP …}: words would have to come to exactly
     * its length, and would neither be of one length nor change as often between digits, small letters and capitals. The start where
     * none is.
     */
    private int partedEnd(ScanText text, int start) {
        if ((length != Length.USUAL && length != Length.EXACT) || second > 0) {
            return start;
        }
        int chars = 0;
        int part = 0;
        int whole = 0;
        int changes = 0;
        int before = 0;
        boolean even = true;
        boolean digit = false;
        int i = start + prefix.length();
        while (chars < rest) {
            int kinds = text.kindsAt(i);
            boolean begins = (kinds & CharTable.KEY) == 0;
            if (begins) {
                if (text.at(i) != ' ' || (chars > 0 && part < PART_CHARS_MIN)) {
                    return start;
                }
                whole = whole == 0 ? part : whole;
                even &= part == whole;
                part = 0;
                kinds = text.kindsAt(++i);
            }
            if ((kinds & CharTable.KEY) == 0) {
                return start;
            }
            int sort = kinds & SORTS;
            changes += chars > 0 && isChange(before, sort, begins) ? 1 : 0;
            digit |= sort == CharTable.DIGIT;
            before = sort;
            part++;
            chars++;
            i++;
        }
        even &= digit && part <= whole && rest > 2 * whole;
        boolean ends = (text.kindsAt(i) & CharTable.KEY) == 0;
        return ends && (even || changes > rest / PARTED_CHANGE_CHARS) && !isExample(text, i) ? i : start;
    }

    /** Whether a letter or a digit is of another sort than the one before it, and not as in a sentence: dashes part the words of names. */
    private static boolean isChange(int before, int sort, boolean begins) {
        boolean capitalised = (before & CharTable.UPPER) != 0 && sort == CharTable.LETTER;
        boolean sentence = begins && (sort & CharTable.UPPER) != 0;
        return sort != before && sort != 0 && before != 0 && !capitalised && !sentence;
    }

    private int secondEnd(Scan scan, int end, int start) {
        if (second == 0) {
            return end;
        }
        if (scan.text.at(end) != '.') {
            return start;
        }
        scan.keyRun.read(end + 1);
        return scan.keyRun.length() >= second && scan.keyRun.digits() > 0 ? scan.keyRun.end() : start;
    }

    /** Whether it says at its end that it is one of a manual. */
    private static boolean isExample(ScanText text, int end) {
        return text.matches(end - EXAMPLE.length(), EXAMPLE);
    }

    /** Whether it reads like words and years with dashes between: the names of pages, columns and classes do. */
    private static boolean isWords(CharRun run) {
        return run.letters() >= WORDS_LETTERS_MIN && run.letters() > 2 * run.digits() && run.changes() < CHANGES_MIN;
    }

    /** What the length of the rest says. */
    enum Length {
        /** So many characters at least. */
        LEAST,
        /** So many at least, and exactly so many where blanks part them. */
        USUAL,
        /** Exactly so many. */
        EXACT,
        /** Exactly so many, and the whole has the check sum of a wallet's key. */
        SUMMED;

        /** What a length in the list of keys ends with: a digit, or a sign that says more. */
        static Length of(String written) {
            return switch (written.charAt(written.length() - 1)) {
                case '=' -> USUAL;
                case '!' -> EXACT;
                case '+' -> SUMMED;
                default -> LEAST;
            };
        }

        boolean isExact() {
            return this == EXACT || this == SUMMED;
        }
    }
}
