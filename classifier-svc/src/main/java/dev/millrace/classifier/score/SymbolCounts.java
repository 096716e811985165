package dev.millrace.classifier.score;

/** Counts what lies between the words of a text: sentence ends, symbols, lines; mutable, used by one thread. */
final class SymbolCounts {

    int sentences;
    int questionMarks;
    int lines = 1;
    int blanks;
    int optionLines;
    int commas;
    int mathSymbols;
    int formulaMarks;
    int codeSymbols;
    int digits;

    /** Counts the digits of a word, and notes an option such as {@code b.} at the start of a line. */
    void skipWord(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (Character.isDigit(text.charAt(i))) {
                digits++;
            }
        }
        if (end - start == 1 && isOption(text, start, end)) {
            optionLines++;
        }
    }

    /** Counts the character at a position outside any word. */
    void add(String text, int position) {
        switch (text.charAt(position)) {
            case '.', '!', '\u3002', '\uff01' -> countSentence(text, position);
            case '?', '\uff1f', '\u061f' -> {
                questionMarks++;
                countSentence(text, position);
            }
            case ' ' -> blanks++;
            case '\n' -> {
                lines++;
                blanks++;
            }
            case ',', '\uff0c', '\u3001' -> commas++;
            case '+', '=', '<', '>', '*', '/', '%', '^', '\u00d7', '\u00f7', '\u2264', '\u2265', '\u221a', '\u222b' ->
                mathSymbols++;
            case '$', '\\' -> formulaMarks++;
            case '{', '}', '[', ']', '_', '`', ';', '#', '|', '@', '&' -> codeSymbols++;
            default -> {
                // the other characters carry no signal
            }
        }
    }

    private void countSentence(String text, int position) {
        boolean last = position + 1 == text.length();
        if (last || Character.isWhitespace(text.charAt(position + 1)) || text.charAt(position) > 127) {
            sentences++;
        }
    }

    private static boolean isOption(String text, int start, int end) {
        if (end >= text.length() || (text.charAt(end) != '.' && text.charAt(end) != ')')) {
            return false;
        }
        boolean bracketed = start > 0 && text.charAt(start - 1) == '(';
        int before = bracketed ? start - 2 : start - 1;
        return before < 0 || text.charAt(before) == '\n' || (bracketed && text.charAt(before) == ' ');
    }
}
