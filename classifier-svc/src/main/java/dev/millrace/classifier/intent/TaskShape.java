package dev.millrace.classifier.intent;

import java.util.Locale;

/**
 * What of a text the task rules look at.
 *
 * @param words the words in lower case
 * @param asks whether there is a question mark
 * @param codeLines lines that look like program code
 * @param optionLines lines that look like {@code b. …}
 */
record TaskShape(TaskWords words, boolean asks, int codeLines, int optionLines) {

    /** Reads the shape of a text. */
    static TaskShape of(String text) {
        int code = 0;
        int options = 0;
        int start = 0;
        while (start <= text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            String line = text.substring(start, end).strip();
            code += looksLikeCode(line) ? 1 : 0;
            options += looksLikeOption(line) ? 1 : 0;
            start = end + 1;
        }
        boolean asks = text.indexOf('?') >= 0 || text.indexOf('\uff1f') >= 0 || text.indexOf('\u061f') >= 0;
        return new TaskShape(new TaskWords(text.toLowerCase(Locale.ROOT).toCharArray()), asks, code, options);
    }

    private static boolean looksLikeCode(String line) {
        return line.endsWith("{")
                || line.endsWith(";")
                || line.endsWith("}")
                || line.startsWith("```")
                || line.startsWith("def ")
                || line.startsWith("import ")
                || line.startsWith("#include")
                || line.startsWith("SELECT ")
                || line.startsWith(">>>")
                || line.endsWith("):")
                || line.startsWith("return ");
    }

    private static boolean looksLikeOption(String line) {
        int at = line.startsWith("(") ? 1 : 0;
        return line.length() > at + 2
                && Character.isLetter(line.charAt(at))
                && (line.charAt(at + 1) == '.' || line.charAt(at + 1) == ')');
    }

    /** Whether there is a sign of arithmetic beside a digit. */
    static boolean calculates(String text) {
        for (int i = 1; i < text.length(); i++) {
            if (!isSign(text.charAt(i))) {
                continue;
            }
            int before = text.charAt(i - 1) == ' ' && i > 1 ? i - 2 : i - 1;
            if (Character.isDigit(text.charAt(before))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSign(char c) {
        return switch (c) {
            case '%', '+', '*', '^', '=', '\u00d7', '\u00f7' -> true;
            default -> false;
        };
    }
}
