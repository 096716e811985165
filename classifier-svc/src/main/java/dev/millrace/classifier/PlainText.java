package dev.millrace.classifier;

/**
 * Brings a question into the one form that score and meaning read, so that a greeting, capitals or double spaces move nothing.
 *
 * <p>Only the first and the last {@value #WINDOW_CHARS} characters are kept, letters become lower case, runs of blanks
 * one blank, runs of line ends one line end, typographic quotes plain ones.
 */
public final class PlainText {

    /** How much of each end of a question is read. */
    public static final int WINDOW_CHARS = 4_000;

    /** The plain form of ASCII: a blank for blanks, a line end for line ends. */
    private static final char[] ASCII = new char[128];

    static {
        for (char c = 0; c < ASCII.length; c++) {
            ASCII[c] = c == '\r' ? '\n' : c == '\n' ? c : wide(c);
        }
    }

    private PlainText() {}

    /** Returns the plain form of a question. */
    public static String of(String question) {
        return Courtesy.strip(collapse(window(question)));
    }

    /** Whether a plain form is nothing but a greeting, thanks or a call for help: all of them need the same of a model. */
    public static boolean isCourtesy(String plain) {
        return Courtesy.isAll(plain);
    }

    private static String window(String question) {
        int length = question.length();
        return length <= 2 * WINDOW_CHARS
                ? question
                : question.substring(0, WINDOW_CHARS) + '\n' + question.substring(length - WINDOW_CHARS);
    }

    /** Writes the plain form over the text: it is never longer than what was read. */
    private static String collapse(String text) {
        char[] chars = text.toCharArray();
        int size = 0;
        char pending = 0;
        for (char c : chars) {
            char plain = c < ASCII.length ? ASCII[c] : wide(c);
            if (plain == '\n') {
                pending = '\n';
            } else if (plain == ' ') {
                pending = pending == '\n' ? pending : ' ';
            } else {
                if (pending != 0 && size > 0) {
                    chars[size++] = pending;
                }
                pending = 0;
                chars[size++] = plain;
            }
        }
        return new String(chars, 0, size);
    }

    private static char wide(char c) {
        if (Character.isWhitespace(c) || c == '\u00a0') {
            return ' ';
        }
        return switch (c) {
            case '\u2018', '\u2019', '\u02bc' -> '\'';
            case '\u201c', '\u201d', '\u201e' -> '"';
            case '\u2013', '\u2014', '\u2212' -> '-';
            default -> Character.toLowerCase(c);
        };
    }
}
