package dev.millrace.classifier.sensitivity;

/**
 * Reads what pages, programs, lists, forms and chats put between two parts of one number: signs, elements, the bullets of a list,
 * the name of the next part, the sender of the next line.
 *
 * <pre>{@code
 * joint = (sign | blank | line end [number sign | sender ": "] | "<" element ">" | name (":" | "=" | "("))…
 * }</pre>
 */
final class Joints {

    private static final int CHARS_MAX = 56;
    private static final int ELEMENT_CHARS_MAX = 40;
    private static final int NAME_CHARS_MAX = 16;
    private static final int SENDER_CHARS_MAX = 40;
    private static final int INDENT_CHARS_MAX = 8;
    private static final Signs NAME_SIGNS = Signs.of("_-.");
    private static final Signs GIVING = Signs.of("=:(");

    private static final Signs ENTRY_SIGNS = Signs.of(".)");

    private Joints() {}

    /** The index of the letter or digit that goes on behind a joint that begins at an index, or that index where none does. */
    static int end(ScanText text, int from) {
        if (isSign(text.at(from)) && text.isDigit(from + 1)) {
            return from + 1;
        }
        boolean named = false;
        int i = from;
        while (i - from < CHARS_MAX) {
            char c = text.at(i);
            int next = i;
            if (c == '\n') {
                next = lineStart(text, i + 1);
            } else if (c == '<') {
                next = elementEnd(text, i);
            } else if (isWord(c)) {
                next = c > '9' && !named && i > from ? nameEnd(text, i) : i;
                named = true;
                if (next == i) {
                    return i;
                }
            } else if (c == 0) {
                return from;
            }
            i = Math.max(next, i + 1);
        }
        return from;
    }

    /** Whether a character may stand alone between two digits, and neither begins a line nor an element. */
    static boolean isSign(char c) {
        return c != 0 && c != '\n' && c != '<' && !isWord(c);
    }

    private static boolean isWord(char c) {
        return (CharTable.kinds(c) & (CharTable.LETTER | CharTable.DIGIT)) != 0;
    }

    /** What tells one joint from another: a hash of its signs and letters, the sign itself where there is one, a blank for blanks. */
    static char kind(ScanText text, int from, int end) {
        if (end - from == 1 && text.at(from) != '/') {
            return text.at(from);
        }
        int kind = 0;
        for (int i = from; i < end; i++) {
            char c = text.at(i);
            boolean empty = c == '/' && (text.at(i - 1) == '<' || text.at(i + 1) == '>');
            boolean bullet = text.at(i - 1) == '\n' && (text.at(i + 1) == ')' || text.at(i + 1) == '.');
            if (c != ' ' && !empty && !bullet && (c < '0' || c > '9')) {
                kind = kind * 31 + c;
            }
        }
        return kind == 0 ? ' ' : (char) kind;
    }

    /** The index behind the number of a list's entry or the sender of a message, as lines begin with them, or the line's start. */
    private static int lineStart(ScanText text, int start) {
        int i = start;
        while (i - start < INDENT_CHARS_MAX && text.at(i) == ' ') {
            i++;
        }
        int digits = i;
        while (digits - i < 3 && text.isDigit(digits)) {
            digits++;
        }
        digits = digits == i && text.isLetter(i) ? i + 1 : digits;
        boolean entry = digits > i && ENTRY_SIGNS.hold(text.at(digits)) && text.at(digits + 1) == ' ';
        return entry ? digits + 2 : senderEnd(text, i, start);
    }

    private static int senderEnd(ScanText text, int from, int start) {
        char before = 0;
        for (int i = from; i - from < SENDER_CHARS_MAX; i++) {
            char c = text.at(i);
            if (c == '\n' || c == 0) {
                break;
            }
            boolean sender = c == ':' && (before == ')' || before == ']' || (before > '9' && isWord(before)));
            if (sender && text.at(i + 1) == ' ') {
                return i + 2;
            }
            before = c;
        }
        return start;
    }

    private static int elementEnd(ScanText text, int start) {
        int name = text.at(start + 1) == '/' ? start + 2 : start + 1;
        if (!text.isLetter(name)) {
            return start;
        }
        int i = name;
        char c = text.at(i);
        while (i - name < ELEMENT_CHARS_MAX && c != '>' && c != '<' && c != 0) {
            c = text.at(++i);
        }
        return c == '>' ? i + 1 : start;
    }

    /** The index behind a name and the sign that gives it a value, {@code part2=}, {@code "p2": }, {@code append(}, or the name's start. */
    private static int nameEnd(ScanText text, int start) {
        int i = start;
        while (i - start < NAME_CHARS_MAX && (text.isPlainWord(i) || NAME_SIGNS.hold(text.at(i)))) {
            i++;
        }
        int sign = text.skipBlanks(ValueStart.isQuote(text.at(i)) ? i + 1 : i);
        return GIVING.hold(text.at(sign)) && sign > start ? sign + 1 : start;
    }
}
