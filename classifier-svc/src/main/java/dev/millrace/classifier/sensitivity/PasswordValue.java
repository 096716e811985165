package dev.millrace.classifier.sensitivity;

import java.util.Locale;
import java.util.Set;

/**
 * The value behind the name of a password: tells a written-down secret from the words, types, calls and placeholders that stand
 * in its place. One object serves a whole scan: {@link #read} replaces what it held.
 */
final class PasswordValue {

    private static final int CHARS_MAX = 200;
    private static final int PLACEHOLDER_CHARS_MAX = 12;
    private static final int VARIABLE_CHARS_MAX = 32;
    private static final Set<String> PLACEHOLDERS = Set.of(
            "required",
            "optional",
            "string",
            "str",
            "text",
            "none",
            "null",
            "nil",
            "true",
            "false",
            "undefined",
            "field",
            "hidden",
            "invalid",
            "incorrect",
            "wrong",
            "forgotten",
            "changed",
            "reset",
            "must",
            "your",
            "the",
            "a",
            "an",
            "my",
            "our",
            "new",
            "old",
            "password",
            "passwort",
            "secret",
            "token",
            "value",
            "example",
            "placeholder",
            "changeme",
            "redacted",
            "secure",
            "strong",
            "weak",
            "empty",
            "missing",
            "unknown",
            "safe",
            "not",
            "too",
            "char",
            "varchar",
            "int",
            "bytes",
            "any",
            "here",
            "below",
            "above",
            "same",
            "input",
            "expired",
            "protected",
            "encrypted",
            "hashed",
            "default",
            "confirm",
            "confirmation",
            "self",
            "this",
            "used",
            "needed",
            "set",
            "sent",
            "stored",
            "always",
            "never",
            "correct",
            "okay",
            "ok",
            "important",
            "kept",
            "yes",
            "no",
            "it",
            "is",
            "was",
            "to",
            "for",
            "and",
            "or",
            "in",
            "on",
            "what",
            "how",
            "which",
            "that",
            "if",
            "when",
            "only",
            "being",
            "has");

    private final ScanText text;
    private int start;
    private int end;
    private int digits;
    private int letters;
    private boolean plain;
    /** Values without quotes that begin between these indexes are calls: the second is where the bracket stands. */
    private int callFrom;

    private int callBracket;

    PasswordValue(ScanText text) {
        this.text = text;
    }

    /** Reads the value that begins at an index; returns whether it may be a secret and is no stand-in. */
    boolean read(int from, boolean quoted) {
        start = from;
        end = from;
        if (isStandIn(text, from) || (!quoted && from >= callFrom && from < callBracket)) {
            return false;
        }
        digits = 0;
        letters = 0;
        plain = true;
        boolean varied = false;
        while (end - start < CHARS_MAX && isInside(text.at(end))) {
            if (!quoted && isBracket(end)) {
                callFrom = start;
                callBracket = end;
                return false;
            }
            count(end);
            varied |= text.at(end) != text.at(start);
            end++;
        }
        while (end > start && ".)]}!?".indexOf(text.at(end - 1)) >= 0 && text.at(end) <= ' ') {
            end--;
        }
        return varied && digits + letters > 0 && !isPlaceholder();
    }

    /** Whether what begins at an index announces that a secret is to be put there. */
    static boolean isStandIn(ScanText text, int start) {
        char first = text.at(start);
        return first == '$'
                || first == '<'
                || first == '{'
                || (first == '%' && isVariable(text, start + 1))
                || text.matches(start, "your")
                || text.matches(start, "example");
    }

    /** Whether a name and a closing percent sign follow. */
    private static boolean isVariable(ScanText text, int start) {
        int i = start;
        while (i - start < VARIABLE_CHARS_MAX && (text.isPlainWord(i) || text.at(i) == '_')) {
            i++;
        }
        return i > start && text.at(i) == '%' && !text.isWord(i + 1);
    }

    int length() {
        return end - start;
    }

    /** The index after the value: a blank, a quote or the end of a list's entry stands there. */
    int end() {
        return end;
    }

    int digits() {
        return digits;
    }

    int letters() {
        return letters;
    }

    /** Whether it is made of letters, dots and underscores alone. */
    boolean isPlain() {
        return plain;
    }

    /** Whether a dot joins two names. */
    boolean isMember() {
        for (int i = start; i < end; i++) {
            if (text.at(i) == '.' && text.isLetter(i + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Whether its line or sentence ends with it. */
    boolean standsAlone() {
        char next = text.at(text.skipBlanks(end));
        return next == 0 || next == '\n' || next == '.' || next == ',';
    }

    /** Whether a quote closes it. */
    boolean isClosed() {
        return "\"'`".indexOf(text.at(end)) >= 0;
    }

    private void count(int index) {
        int kinds = text.kindsAt(index);
        digits += (kinds & CharTable.DIGIT) != 0 ? 1 : 0;
        letters += (kinds & CharTable.LETTER) != 0 ? 1 : 0;
        plain &= (kinds & CharTable.LETTER) != 0 || text.at(index) == '.' || text.at(index) == '_';
    }

    private boolean isBracket(int index) {
        return text.at(index) == '(' || (text.at(index) == '[' && index > start);
    }

    private boolean isPlaceholder() {
        return length() <= PLACEHOLDER_CHARS_MAX
                && PLACEHOLDERS.contains(text.slice(start, end).toLowerCase(Locale.ROOT));
    }

    private static boolean isInside(char c) {
        return c > ' ' && "\"'`,;<>|".indexOf(c) < 0;
    }
}
