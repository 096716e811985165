package dev.millrace.classifier.score;

/** Counts what lies between the words of a text: sentence ends, symbols, lines; mutable, used by one thread. */
final class SymbolCounts {

    private final char[] text;

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

    SymbolCounts(char[] text) {
        this.text = text;
    }

    /** Counts the digits of a word, and notes an option such as {@code b.} at the start of a line. */
    void skipWord(int start, int end) {
        for (int i = start; i < end; i++) {
            if (isDigit(text[i])) {
                digits++;
            }
        }
        if (end - start == 1 && isOption(start, end)) {
            optionLines++;
        }
    }

    /** Counts the character at a position outside any word. */
    void add(int position) {
        switch (text[position]) {
            case '.', '!', '\u3002', '\uff01' -> countSentence(position);
            case '?', '\uff1f', '\u061f' -> {
                questionMarks++;
                countSentence(position);
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

    /** Whether a character is a digit of any script. */
    static boolean isDigit(char c) {
        return c < 128 ? c >= '0' && c <= '9' : Character.isDigit(c);
    }

    private void countSentence(int position) {
        boolean last = position + 1 == text.length;
        if (last || Character.isWhitespace(text[position + 1]) || text[position] > 127) {
            sentences++;
        }
    }

    private boolean isOption(int start, int end) {
        if (end >= text.length || (text[end] != '.' && text[end] != ')')) {
            return false;
        }
        boolean bracketed = start > 0 && text[start - 1] == '(';
        int before = bracketed ? start - 2 : start - 1;
        return before < 0 || text[before] == '\n' || (bracketed && text[before] == ' ');
    }
}
