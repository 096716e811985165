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

    private PlainText() {}

    /** Returns the plain form of a question. */
    public static String of(String question) {
        return Courtesy.strip(collapse(window(question)));
    }

    private static String window(String question) {
        int length = question.length();
        return length <= 2 * WINDOW_CHARS
                ? question
                : question.substring(0, WINDOW_CHARS) + '\n' + question.substring(length - WINDOW_CHARS);
    }

    private static String collapse(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        char pending = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                pending = '\n';
            } else if (Character.isWhitespace(c) || c == '\u00a0') {
                pending = pending == '\n' ? pending : ' ';
            } else {
                if (pending != 0 && !plain.isEmpty()) {
                    plain.append(pending);
                }
                pending = 0;
                plain.append(plainChar(c));
            }
        }
        return plain.toString();
    }

    private static char plainChar(char c) {
        return switch (c) {
            case '\u2018', '\u2019', '\u02bc' -> '\'';
            case '\u201c', '\u201d', '\u201e' -> '"';
            case '\u2013', '\u2014', '\u2212' -> '-';
            default -> Character.toLowerCase(c);
        };
    }
}
