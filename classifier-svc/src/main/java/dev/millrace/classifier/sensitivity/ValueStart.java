package dev.millrace.classifier.sensitivity;

import java.util.Locale;
import java.util.Set;

/** Finds where the value begins that is written after a name: behind its markup and a sign, a copula, or what the value is for. */
final class ValueStart {

    private static final int FLAG_CHARS_MAX = 24;
    private static final int MARKUP_CHARS_MAX = 3;
    private static final int PURPOSE_WORDS_MAX = 5;
    private static final int CLAUSE_WORDS_MAX = 2;
    private static final int WORD_CHARS_MAX = 24;
    private static final String RESET_TO = "reset to ";
    private static final int TYPE_CHARS_MAX = 24;
    private static final String COPULA_BEGINNINGS = "siwleèé\u306f\u662f\u4e3a\ub294\uc740";
    private static final String[] COPULAS = {
        "is still ",
        "is now ",
        "is currently ",
        "is ",
        "was ",
        "ist noch ",
        "ist immer noch ",
        "ist jetzt ",
        "ist ",
        "lautet ",
        "est ",
        "es ",
        "è ",
        "é ",
        "is: ",
        "ist: ",
        "lautet: ",
        "\u306f",
        "\u662f",
        "\u4e3a",
        "\ub294",
        "\uc740"
    };
    private static final String PURPOSE_BEGINNINGS = "ftoavzpdсодк";
    private static final String[] PURPOSES = {
        "for ", "to ", "of ", "on ", "at ", "für ", "zum ", "zur ", "vom ", "von ", "pour ", "du ", "de ", "del ",
        "para ", "di ", "da ", "do ", "della ", "от ", "для ", "к "
    };

    private static final int ROLE_CHARS_MAX = 10;
    /** A value before its name must look like nothing but a password, which no shorter one does. */
    private static final int SERVING_CHARS_MIN = 8;

    /** What a password has: a value behind these words is none. */
    private static final Set<String> FEATURES = Set.of(
            "hash",
            "hashes",
            "leak",
            "leaks",
            "breach",
            "dump",
            "cracker",
            "list",
            "hashed",
            "salt",
            "digest",
            "length",
            "policy",
            "file",
            "reset",
            "attempts",
            "history",
            "age",
            "encoder",
            "count",
            "expired",
            "expires",
            "changed",
            "checksum",
            "type",
            "limit",
            "usage",
            "id",
            "url",
            "endpoint",
            "manager",
            "managers",
            "generator",
            "vault",
            "safe",
            "app",
            "apps",
            "field",
            "store",
            "checker",
            "tool");

    /** Letters and signs before the quote of a literal: bytes, raw text, text of Unicode. */
    private static final String LITERAL_PREFIXES = "NbBrRuUL@";

    private ValueStart() {}

    /** The index after a closing quote, the bracket of {@code config["x"]}, the markup of bold letters, and blanks. */
    static int afterName(ScanText text, int nameEnd) {
        boolean quoted = isQuote(text.at(nameEnd));
        boolean indexed = quoted && text.at(nameEnd + 1) == ']';
        return text.skipBlanks(afterMarkup(text, indexed ? nameEnd + 2 : quoted ? nameEnd + 1 : nameEnd));
    }

    /**
     * The index of the value after {@code :}, {@code =}, {@code :=}, {@code =>} or the end of a tag, or the start where no
     * sign stands.
     */
    static int afterSign(ScanText text, int start) {
        char sign = text.at(start);
        if (sign == '>' && text.at(start - 1) > ' ' && text.at(start + 1) > ' ') {
            return start + 1;
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
        return i == start || comparison ? start : text.skipBlanks(afterMarkup(text, i));
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
        while (end - type < TYPE_CHARS_MAX && (text.isLetter(end) || "&<>?'[].".indexOf(text.at(end)) >= 0)) {
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

    /** The index after "is" in one of several languages, or the start. */
    static int afterCopula(ScanText text, int start) {
        if (COPULA_BEGINNINGS.indexOf(text.lowerAt(start)) < 0) {
            return start;
        }
        if (text.at(start - 1) == '\'' && text.matches(start, "s ")) {
            return text.skipBlanks(start + 2);
        }
        for (String copula : COPULAS) {
            if (text.matches(start, copula)) {
                return text.skipBlanks(start + copula.length());
            }
        }
        return start;
    }

    /** The index of the value after "for the database is" or "of the router:", or the start. */
    static int afterPurpose(ScanText text, int start) {
        int i = afterPreposition(text, start);
        return i == start ? start : afterWords(text, i, start, PURPOSE_WORDS_MAX);
    }

    /** The index of the value after a few words and "is" or a sign, {@code I use is x}, {@code temporaire : x}, or the start. */
    static int afterClause(ScanText text, int start) {
        int first = afterPreposition(text, start) > start ? start : wordEnd(text, start);
        return first == start || FEATURES.contains(text.slice(start, first).toLowerCase(Locale.ROOT))
                ? start
                : afterWords(text, start, start, CLAUSE_WORDS_MAX);
    }

    private static int afterWords(ScanText text, int from, int start, int wordsMax) {
        int i = from;
        for (int words = 0; words < wordsMax; words++) {
            int end = wordEnd(text, i);
            int next = text.skipBlanks(end);
            int value = afterSign(text, next);
            if (end > i && value > next) {
                return value;
            }
            value = afterCopula(text, next);
            if (value > next) {
                return value;
            }
            if (next == end || end == i) {
                return start;
            }
            i = next;
        }
        return start;
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

    /** The index after the "to" of "changed the password to x", in two languages, or the start. */
    static int afterChange(ScanText text, int nameStart, int start) {
        if (text.matches(start, "to ") && NamePlace.isChanged(text, nameStart)) {
            return text.skipBlanks(start + 3);
        }
        if (text.matches(start, RESET_TO)) {
            return text.skipBlanks(start + RESET_TO.length());
        }
        return text.matches(start, "auf ") ? text.skipBlanks(start + 4) : start;
    }

    /** Whether the word behind a name makes it a thing that deals with passwords: a manager, a generator. */
    static boolean isFeature(ScanText text, int nameEnd) {
        int start = " -".indexOf(text.at(nameEnd)) >= 0 ? nameEnd + 1 : nameEnd;
        return text.isLetter(start)
                && FEATURES.contains(text.slice(start, wordEnd(text, start)).toLowerCase(Locale.ROOT));
    }

    /** Whether the word behind a name makes it a thing, and is no verb that says what was done to a password. */
    static boolean isThing(ScanText text, int nameEnd) {
        boolean verb = text.matches(nameEnd, " changed ")
                || text.matches(nameEnd, " reset to ")
                || text.matches(nameEnd, " set to ")
                || text.matches(nameEnd, " expired")
                || text.matches(nameEnd, " expires");
        return !verb && isFeature(text, nameEnd);
    }

    /** The index of the value before a name that says what it serves as, {@code x as my password}, or -1. */
    static int beforeName(ScanText text, int nameStart, int nameEnd) {
        for (int end = nameStart - 1; nameStart - end <= ROLE_CHARS_MAX; end--) {
            char c = text.at(end);
            if (c == ' ' && isRole(text, end)) {
                int start = tokenStart(text, end);
                return end - start < SERVING_CHARS_MIN || isFeature(text, nameEnd) ? -1 : start;
            }
            if (c != ' ' && c != '-' && !text.isLetter(end)) {
                return -1;
            }
        }
        return -1;
    }

    private static int tokenStart(ScanText text, int end) {
        int start = end;
        while (end - start < WORD_CHARS_MAX && text.at(start - 1) > ' ') {
            start--;
        }
        return start;
    }

    private static boolean isRole(ScanText text, int index) {
        return text.matches(index, " as ") || text.matches(index, " als ");
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

    private static int afterPreposition(ScanText text, int start) {
        if (PURPOSE_BEGINNINGS.indexOf(text.lowerAt(start)) < 0) {
            return start;
        }
        for (String purpose : PURPOSES) {
            if (text.matches(start, purpose)) {
                return text.skipBlanks(start + purpose.length());
            }
        }
        return start;
    }

    private static int wordEnd(ScanText text, int start) {
        int i = start;
        while (i - start < WORD_CHARS_MAX && (text.isWord(i) || "-_.@'".indexOf(text.at(i)) >= 0)) {
            i++;
        }
        return i;
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
