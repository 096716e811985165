package dev.millrace.classifier.sensitivity;

/** Finds where the value begins that is written after a name with signs: behind its markup, a colon, a bracket, a quote. */
final class ValueStart {

    private static final int FLAG_CHARS_MAX = 24;
    private static final int MARKUP_CHARS_MAX = 3;
    private static final int TYPE_CHARS_MAX = 24;
    /** Letters and signs before the quote of a literal: bytes, raw text, text of Unicode. */
    private static final String LITERAL_PREFIXES = "NbBrRuUL@";

    private static final Signs TYPE_SIGNS = Signs.of("&<>?'[].");

    private ValueStart() {}

    /** The index after a closing quote, the bracket of {@code config["x"]}, the markup of bold letters, and blanks. */
    static int afterName(ScanText text, int nameEnd) {
        boolean quoted = isQuote(text.at(nameEnd));
        boolean indexed = quoted && text.at(nameEnd + 1) == ']';
        boolean array = text.at(nameEnd) == '[' && text.at(nameEnd + 1) == ']';
        int end = afterMarkup(text, indexed || array ? nameEnd + 2 : quoted ? nameEnd + 1 : nameEnd);
        int closed = text.at(end) == '<' && text.at(end + 1) == '/' ? Markup.elementEnd(text, end) : -1;
        boolean signed = closed > end && ":=".indexOf(text.at(text.skipBlanks(closed))) >= 0;
        return text.skipBlanks(signed ? closed : end);
    }

    /**
     * The index of the value after {@code :}, {@code =}, {@code :=}, {@code =>} or the end of a tag, or the start where no
     * sign stands.
     */
    static int afterSign(ScanText text, int start) {
        char sign = text.at(start);
        if (sign == '>' && text.at(start - 1) > ' ' && text.at(start + 1) > ' ') {
            return Markup.end(text, start + 1);
        }
        if (sign == '<' && text.at(start + 1) == '/') {
            return Markup.end(text, start);
        }
        if ((sign == '-' || sign == '\u2192') && isArrow(text, start)) {
            return text.skipBlanks(sign == '-' ? start + 2 : start + 1);
        }
        if (sign != ':' && sign != '=') {
            return start;
        }
        int typed = sign == ':' ? afterType(text, start + 1) : start;
        if (typed > start) {
            return typed;
        }
        int i = start;
        if (text.at(i) == ':') {
            i++;
        }
        if (text.at(i) == '=') {
            i++;
        }
        if (i > start && text.at(i) == '>') {
            i++;
        }
        boolean comparison = text.at(i) == '=' || text.at(i) == ':';
        return i == start || comparison ? start : afterLead(text, text.skipBlanks(afterMarkup(text, i)));
    }

    /** The index behind what stands before a value: an element, a backslash that ends its line, the sign of a block in YAML. */
    private static int afterLead(ScanText text, int start) {
        return switch (text.at(start)) {
            case '<' -> Markup.end(text, start);
            case '{' -> text.at(start + 1) == '\'' ? start + 1 : start;
            case '\\' -> text.at(start + 1) == '\n' ? text.skipBlanks(start + 2) : start;
            case '|', '>' -> {
                int end = "-+".indexOf(text.at(start + 1)) >= 0 ? start + 2 : start + 1;
                yield text.at(end) == '\n' ? end : start;
            }
            default -> start;
        };
    }

    /** Whether an arrow between blanks stands at an index, {@code ->} or its one sign. */
    static boolean isArrow(ScanText text, int start) {
        int end = text.at(start) == '\u2192' ? start + 1 : start + 2;
        boolean arrow = text.at(start) == '\u2192' || (text.at(start) == '-' && text.at(start + 1) == '>');
        return arrow && text.at(start - 1) == ' ' && text.at(end) == ' ';
    }

    /** The index of the value behind the type of a variable, {@code token: String = "x"}, or -1. */
    private static int afterType(ScanText text, int start) {
        int type = text.skipBlanks(start);
        int end = type;
        while (end - type < TYPE_CHARS_MAX && (text.isLetter(end) || TYPE_SIGNS.hold(text.at(end)))) {
            end++;
        }
        int sign = text.skipBlanks(end);
        boolean set = end > type && text.at(sign) == '=' && "=>".indexOf(text.at(sign + 1)) < 0;
        int value = text.skipBlanks(sign + 1);
        return set && isQuote(text.at(insideQuotes(text, value))) ? value : -1;
    }

    /** The index of the literal that a call of a name takes, {@code .password("x1")}, or the name's end. */
    static int afterCall(ScanText text, int nameEnd) {
        return text.at(nameEnd) == '(' && isQuote(text.at(nameEnd + 1)) ? nameEnd + 1 : nameEnd;
    }

    /** The index of the first entry behind a line end, {@code keys:\n  - x}, or of what stands there. */
    static int nextLine(ScanText text, int value) {
        if (text.at(value) != '\n') {
            return value;
        }
        int next = text.skipBlanks(value + 1);
        return text.at(next) == '-' && text.at(next + 1) == ' ' ? text.skipBlanks(next + 1) : next;
    }

    /** The index of the argument after one that is a name in quotes, {@code define('DB_PASSWORD', 'x')}, or the name's end. */
    static int afterComma(ScanText text, int nameStart, int nameEnd) {
        char quote = text.at(nameEnd);
        int comma = text.skipBlanks(nameEnd + 1);
        if (!isQuote(quote) || text.at(comma) != ',') {
            return nameEnd;
        }
        int i = nameStart;
        while (nameStart - i < FLAG_CHARS_MAX && (text.isPlainWord(i - 1) || "_-.".indexOf(text.at(i - 1)) >= 0)) {
            i--;
        }
        int value = text.skipBlanks(comma + 1);
        return text.at(i - 1) == quote && text.at(i - 2) == '(' && isQuote(text.at(value)) ? value : nameEnd;
    }

    /** The index of the literal that a program compares a password with, {@code pw == "x1"}, or the name's end. */
    static int afterComparison(ScanText text, int nameEnd, int start) {
        if ((text.at(start) != '=' && text.at(start) != '!') || text.at(start + 1) != '=') {
            return nameEnd;
        }
        int value = text.skipBlanks(start + (text.at(start + 2) == '=' ? 3 : 2));
        return isQuote(text.at(value)) ? value : nameEnd;
    }

    /**
     * The index after what leads to a value where no sign does: the flag of sshpass, the number that says how a
     * switch keeps it, the second attribute of an element.
     */
    static int afterAttribute(ScanText text, int start) {
        if (text.matches(start, "-p ")) {
            return text.skipBlanks(start + 2);
        }
        boolean type = text.isDigit(start) && text.at(start + 1) == ' ';
        if (type) {
            return text.skipBlanks(start + 1);
        }
        return text.matches(start, "value=") ? start + "value=".length() : start;
    }

    static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    /** The index behind the letter before a quote, or of the last of three quotes, as long strings begin with them, or of what stands there. */
    static int insideQuotes(ScanText text, int start) {
        if (LITERAL_PREFIXES.indexOf(text.at(start)) >= 0 && isQuote(text.at(start + 1))) {
            return start + 1;
        }
        char quote = text.at(start);
        return isQuote(quote) && text.at(start + 1) == quote && text.at(start + 2) == quote ? start + 2 : start;
    }

    /** The index after stars or underscores that close bold letters; a star before a name is a pointer or an alias. */
    private static int afterMarkup(ScanText text, int start) {
        int i = start;
        while (i - start < MARKUP_CHARS_MAX && (text.at(i) == '*' || text.at(i) == '_')) {
            i++;
        }
        return text.at(i) <= ' ' || text.at(i) == ':' || text.at(i) == '=' ? i : start;
    }
}
