package dev.millrace.classifier.sensitivity;

import java.util.Locale;
import java.util.Set;

/**
 * Finds where the value begins that words lead to from its name: "is" in several languages, what the value is for, what it was
 * changed to; and the one that stands before its name.
 */
final class SpokenStart {

    private static final int PURPOSE_WORDS_MAX = 5;
    private static final int CLAUSE_WORDS_MAX = 2;
    private static final int WORD_CHARS_MAX = 24;
    private static final int ROLE_CHARS_MAX = 10;
    /** A value before its name must look like nothing but a password, which no shorter one does. */
    private static final int SERVING_CHARS_MIN = 8;

    private static final String RESET_TO = "reset to ";
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

    /** What a password has: a value behind these words is none. */
    private static final Set<String> FEATURES = Set.of("""
            hash hashes leak leaks breach dump cracker list hashed salt digest length policy file reset attempts
            history age encoder count expired expires changed checksum type limit usage id url endpoint manager
            managers generator vault safe app apps field store checker tool
            """.strip().split("\\s+", -1));

    private static final Signs WORD_SIGNS = Signs.of("-_.@'");

    private SpokenStart() {}

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
            int value = ValueStart.afterSign(text, next);
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
        while (i - start < WORD_CHARS_MAX && (text.isWord(i) || WORD_SIGNS.hold(text.at(i)))) {
            i++;
        }
        return i;
    }
}
