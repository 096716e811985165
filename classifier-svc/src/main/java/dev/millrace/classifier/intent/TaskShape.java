package dev.millrace.classifier.intent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What of a text the task rules look at.
 *
 * @param words the words in lower case; an ideograph is a word
 * @param asks whether there is a question mark
 * @param calculates whether there is a sign of arithmetic beside a digit
 * @param codeLines lines that look like program code
 * @param optionLines lines that look like {@code b. …}
 */
record TaskShape(List<String> words, boolean asks, boolean calculates, int codeLines, int optionLines) {

    /** Reads the shape of a text. */
    static TaskShape of(String text) {
        int code = 0;
        int options = 0;
        for (String line : text.split("\n", -1)) {
            String stripped = line.strip();
            code += looksLikeCode(stripped) ? 1 : 0;
            options += looksLikeOption(stripped) ? 1 : 0;
        }
        boolean asks = text.indexOf('?') >= 0 || text.indexOf('\uff1f') >= 0 || text.indexOf('\u061f') >= 0;
        return new TaskShape(words(text.toLowerCase(Locale.ROOT)), asks, calculates(text), code, options);
    }

    /** How many of the words are numbers. */
    long numbers() {
        return words.stream().filter(word -> Character.isDigit(word.charAt(0))).count();
    }

    private static boolean calculates(String text) {
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

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            boolean ideograph = c >= '\u3040' && c <= '\u9fff';
            boolean inner =
                    !ideograph && (Character.isLetterOrDigit(c) || c == '\'' || c == '-' || c == '+' || c == '#');
            if (start >= 0 && !inner) {
                words.add(text.substring(start, i));
                start = -1;
            } else if (start < 0 && inner) {
                start = i;
            }
            if (ideograph) {
                words.add(String.valueOf(c));
            }
        }
        return words;
    }
}
