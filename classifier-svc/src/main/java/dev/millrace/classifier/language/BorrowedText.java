package dev.millrace.classifier.language;

import java.util.Arrays;

/**
 * Which characters of a text are not in its writer's own words: what stands in quotation marks, and lines of code, keys and formulas.
 * They are in a language of their own, so they say little of who asks. Every character is read a few times at most.
 */
final class BorrowedText {

    /** A word without end is a key, a hash or data. */
    private static final int WORD_MAX = 40;
    /** So many words beside a word without end are a sentence. */
    private static final int WORDS_MIN = 3;
    /** Fewer signs are punctuation. */
    private static final int SIGNS_MIN = 2;
    /** In lines of code one of so many characters is such a sign. */
    private static final int CHARS_PER_SIGN = 8;

    private static final boolean[] SIGNS = table("(){}[]=<>;_+-*/\\|&^%$#@~");
    /** Each opening mark with what may close it; a line's end always does, and then nothing was quoted. */
    private static final String OPENING = "\"`„“”«»「『";

    private static final String[] CLOSING = {"\"", "`", "“”\"", "”\"", "”", "»", "«", "」", "』"};
    private static final boolean[] ASCII_OPENING = table("\"`");

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

    /**
     * Whether a line has the signs of code. Code in backticks and words without end are left aside: a question may name them, and is
     * none where several words stand beside them.
     */
    private static boolean isCode(char[] text, int start, int end) {
        int signs = 0;
        int written = 0;
        int words = 0;
        boolean endless = false;
        int i = start;
        while (i < end) {
            int token = tokenEnd(text, i, end);
            boolean ascii = text[i] > ' ' && text[i] < 128;
            endless |= ascii && token - i > WORD_MAX;
            if (text[i] != '`' && !(ascii && token - i > WORD_MAX)) {
                int letters = 0;
                for (int k = i; k < token; k++) {
                    written += text[k] > ' ' ? 1 : 0;
                    signs += text[k] < 128 && SIGNS[text[k]] ? 1 : 0;
                    letters += Character.isLetter(text[k]) ? 1 : 0;
                }
                words += letters > 1 && letters >= token - i - 1 ? 1 : 0;
            }
            i = token;
        }
        boolean code = signs >= SIGNS_MIN && signs * CHARS_PER_SIGN >= written;
        return code || (endless && words < WORDS_MIN);
    }

    /** The index after a span in backticks, a run without blanks, or an ideograph. */
    private static int tokenEnd(char[] text, int start, int end) {
        int i = start + 1;
        if (text[start] == '`') {
            while (i < end && text[i] != '`') {
                i++;
            }
            return i < end ? i + 1 : end;
        }
        if (text[start] <= ' ') {
            return i;
        }
        while (i < end && text[i] > ' ' && text[i] != '`' && (text[i] < 0x2e80) && (text[start] < 0x2e80)) {
            i++;
        }
        return i;
    }

    private static void markQuoted(char[] text, int start, int end, boolean[] borrowed) {
        int opened = -1;
        String closing = "";
        for (int i = start; i < end; i++) {
            char c = text[i];
            if (opened >= 0) {
                if (closing.indexOf(c) >= 0) {
                    Arrays.fill(borrowed, opened, i + 1, true);
                    opened = -1;
                }
            } else if (c < 128 ? ASCII_OPENING[c] : OPENING.indexOf(c) >= 0) {
                opened = i;
                closing = CLOSING[OPENING.indexOf(c)];
            }
        }
    }

    /** Where each character below 128 is told whether it is one of those. */
    private static boolean[] table(String characters) {
        boolean[] table = new boolean[128];
        characters.chars().filter(c -> c < table.length).forEach(c -> table[c] = true);
        return table;
    }
}
