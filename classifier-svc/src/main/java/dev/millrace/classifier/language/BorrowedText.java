package dev.millrace.classifier.language;

import java.util.Arrays;

/**
 * Which characters of a text are not in its writer's own words: what stands in quotation marks, and lines of code, keys and formulas.
 * They are in a language of their own, so they say little of who asks. Every character is read twice at most.
 */
final class BorrowedText {

    /** A word without end is a key, a hash or data. */
    private static final int WORD_MAX = 40;
    /** Fewer signs are punctuation. */
    private static final int SIGNS_MIN = 2;
    /** In lines of code one of so many characters is such a sign. */
    private static final int CHARS_PER_SIGN = 8;

    private static final String SIGNS = "(){}[]=<>;_+-*/\\|&^%$#@~";
    /** Each opening mark with what may close it; a line's end always does, and then nothing was quoted. */
    private static final String OPENING = "\"`„“”«»「『";

    private static final String[] CLOSING = {"\"", "`", "“”\"", "”\"", "”", "»", "«", "」", "』"};

    private BorrowedText() {}

    /** Returns for each character whether it is borrowed. */
    static boolean[] of(char[] text) {
        boolean[] borrowed = new boolean[text.length];
        int start = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i == text.length || text[i] == '\n') {
                if (isCode(text, start, i)) {
                    Arrays.fill(borrowed, start, i, true);
                } else {
                    markQuoted(text, start, i, borrowed);
                }
                start = i + 1;
            }
        }
        return borrowed;
    }

    private static boolean isCode(char[] text, int start, int end) {
        int signs = 0;
        int written = 0;
        int word = 0;
        for (int i = start; i < end; i++) {
            char c = text[i];
            word = c > ' ' && c < 128 ? word + 1 : 0;
            if (word > WORD_MAX) {
                return true;
            }
            written += c > ' ' ? 1 : 0;
            signs += SIGNS.indexOf(c) >= 0 ? 1 : 0;
        }
        return signs >= SIGNS_MIN && signs * CHARS_PER_SIGN >= written;
    }

    private static void markQuoted(char[] text, int start, int end, boolean[] borrowed) {
        int opened = -1;
        String closing = "";
        for (int i = start; i < end; i++) {
            int mark = OPENING.indexOf(text[i]);
            if (opened >= 0 && closing.indexOf(text[i]) >= 0) {
                Arrays.fill(borrowed, opened, i + 1, true);
                opened = -1;
            } else if (opened < 0 && mark >= 0) {
                opened = i;
                closing = CLOSING[mark];
            }
        }
    }
}
