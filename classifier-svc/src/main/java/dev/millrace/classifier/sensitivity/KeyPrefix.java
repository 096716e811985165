package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * A published form of secret keys: a fixed beginning and at least so many characters of keys behind it.
 *
 * @param prefix the fixed beginning, case counts
 * @param rest how many characters must follow at least
 * @param exact whether exactly so many must follow
 * @param summed whether the whole key must have the check sum of a wallet's key
 * @param second how many characters must follow behind a dot at least, 0 for no second part
 * @param kind what a match is reported as
 * @param rule the rule that a match is reported under
 */
record KeyPrefix(String prefix, int rest, boolean exact, boolean summed, int second, FindingKind kind, String rule) {

    /** Who asks has seen so many characters of the prefix. */
    private static final int BEGINNING_CHARS = 2;

    /** So short a rest says nothing of words. */
    private static final int WORDS_CHARS_MIN = 16;

    private static final int WORDS_LETTERS_MIN = 8;
    private static final int CHANGES_MIN = 2;
    private static final String EXAMPLE = "example";

    /** Returns the index after a key that starts here with its first two characters, or {@code start} where none does. */
    int match(Scan scan, int start) {
        for (int i = BEGINNING_CHARS; i < prefix.length(); i++) {
            if (scan.text.at(start + i) != prefix.charAt(i)) {
                return start;
            }
        }
        CharRun run = scan.keyRun;
        run.read(start + prefix.length());
        boolean complete = exact ? run.length() == rest : run.length() >= rest;
        boolean key = complete
                && (run.digits() > 0 || run.capitals() > 2)
                && (exact || rest < WORDS_CHARS_MIN || !isWords(run))
                && !isExample(scan.text, run.end())
                && (!summed || hasSum(scan, start, run.end()));
        return key ? secondEnd(scan, run.end(), start) : start;
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

    /** The sum costs as much as some hundred characters, so a text may ask for it as often as for the value of a name. */
    private static boolean hasSum(Scan scan, int start, int end) {
        return scan.budget.takeValue(start) && Checksums.isWalletKey(scan.text.slice(start, end));
    }

    /** Whether it says at its end that it is one of a manual. */
    private static boolean isExample(ScanText text, int end) {
        return text.matches(end - EXAMPLE.length(), EXAMPLE);
    }

    /** Whether it reads like words and years with dashes between: the names of pages, columns and classes do. */
    private static boolean isWords(CharRun run) {
        return run.letters() >= WORDS_LETTERS_MIN && run.letters() > 2 * run.digits() && run.changes() < CHANGES_MIN;
    }
}
