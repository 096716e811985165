package dev.millrace.classifier.sensitivity;

import java.util.Locale;
import java.util.Set;

/** Tells a written-down secret from the words, types, calls and placeholders that stand in its place. */
final class PasswordValue {

    private static final int CHARS_MAX = 200;
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

    private PasswordValue() {}

    /** Whether the characters between two indexes are a secret and no stand-in. */
    static boolean isReal(ScanText text, int start, int end) {
        char first = text.at(start);
        if (end <= start || first == '$' || first == '<' || first == '{' || (first == '%' && text.at(end - 1) == '%')) {
            return false;
        }
        StringBuilder value = new StringBuilder(end - start);
        boolean varied = false;
        for (int i = start; i < end; i++) {
            value.append(text.at(i));
            varied |= text.at(i) != first;
        }
        String lower = value.toString().toLowerCase(Locale.ROOT);
        return varied && !PLACEHOLDERS.contains(lower) && !lower.startsWith("your") && !lower.startsWith("example");
    }

    /** The index after the value that starts here: up to a blank, a quote or the end of a list entry. */
    static int end(ScanText text, int start) {
        int i = start;
        while (i - start < CHARS_MAX && text.at(i) > ' ' && "\"'`,;<>|".indexOf(text.at(i)) < 0) {
            i++;
        }
        while (i > start && ".)]}!?".indexOf(text.at(i - 1)) >= 0 && text.at(i) <= ' ') {
            i--;
        }
        return i;
    }
}
