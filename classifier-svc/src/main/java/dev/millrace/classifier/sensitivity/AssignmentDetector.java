package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds secrets that are written after their name: {@code password: x}, {@code "api_key" = "x"}, {@code Bearer x},
 * "the password is x1". It starts behind the name.
 */
final class AssignmentDetector {

    private static final int PASSWORD_CHARS_MIN = 4;
    private static final int KEY_CHARS_MIN = 12;
    private static final int KEY_CHARS_MAX = 128;
    private static final int BEARER_CHARS_MIN = 16;
    private static final String[] COPULAS = {
        "is ", "was ", "ist ", "lautet ", "est ", "es ", "è ", "is: ", "ist: ", "lautet: "
    };

    private AssignmentDetector() {}

    /** A password's name ends at an index. */
    static void password(Scan scan, int nameEnd) {
        ScanText text = scan.text;
        int after = afterName(text, nameEnd);
        int value = afterSign(text, after);
        boolean spoken = value == after;
        if (spoken) {
            value = afterCopula(text, after);
        }
        if (value == after) {
            return;
        }
        boolean quoted = isQuote(text.at(value));
        int start = quoted ? value + 1 : value;
        int end = PasswordValue.end(text, start);
        if (end - start >= PASSWORD_CHARS_MIN
                && PasswordValue.isReal(text, start, end)
                && (quoted || isWrittenValue(text, start, end, spoken))) {
            scan.found(FindingKind.CREDENTIAL, "password");
        }
    }

    /** A key's or token's name ends at an index: the value must look random, because code is full of such names. */
    static void key(Scan scan, int nameEnd) {
        ScanText text = scan.text;
        int after = afterName(text, nameEnd);
        int value = afterSign(text, after);
        value = value == after ? afterCopula(text, after) : value;
        if (value > after) {
            random(scan, isQuote(text.at(value)) ? value + 1 : value, KEY_CHARS_MIN, "secret_assignment");
        }
    }

    /** The word "bearer" or "basic" ends at an index. */
    static void bearer(Scan scan, int nameEnd) {
        int value = scan.text.skipBlanks(nameEnd);
        if (value > nameEnd) {
            random(scan, value, BEARER_CHARS_MIN, "bearer_token");
        }
    }

    private static void random(Scan scan, int start, int charsMin, String rule) {
        ScanText text = scan.text;
        int end = start;
        int digits = 0;
        int letters = 0;
        while (end - start < KEY_CHARS_MAX && isTokenChar(text, end)) {
            digits += text.isDigit(end) ? 1 : 0;
            letters += text.isLetter(end) ? 1 : 0;
            end++;
        }
        boolean called = text.at(end) == '(' || text.at(end) == '[';
        if (end - start >= charsMin
                && digits >= 2
                && letters >= 3
                && !called
                && PasswordValue.isReal(text, start, end)) {
            scan.found(FindingKind.CREDENTIAL, rule);
        }
    }

    /** Without quotes a value must not read as code or prose: a call, a member, a plain word of a sentence. */
    private static boolean isWrittenValue(ScanText text, int start, int end, boolean spoken) {
        boolean plain = true;
        for (int i = start; i < end; i++) {
            char c = text.at(i);
            if (c == '(' || (c == '[' && i > start)) {
                return false;
            }
            plain &= text.isLetter(i) || c == '.' || c == '_';
        }
        int next = text.skipBlanks(end);
        boolean alone = text.at(next) == 0 || text.at(next) == '\n' || text.at(next) == '.' || text.at(next) == ',';
        boolean member = false;
        for (int i = start; i < end; i++) {
            member |= text.at(i) == '.' && text.isLetter(i + 1);
        }
        return plain ? !spoken && alone && !member : true;
    }

    private static int afterName(ScanText text, int nameEnd) {
        int i = isQuote(text.at(nameEnd)) ? nameEnd + 1 : nameEnd;
        return text.skipBlanks(i);
    }

    /** The index of the value after {@code :}, {@code =}, {@code :=} or {@code =>}, or the start where no sign stands. */
    private static int afterSign(ScanText text, int start) {
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
        return i == start || comparison ? start : text.skipBlanks(i);
    }

    private static int afterCopula(ScanText text, int start) {
        for (String copula : COPULAS) {
            if (text.matches(start, copula)) {
                return text.skipBlanks(start + copula.length());
            }
        }
        return start;
    }

    private static boolean isTokenChar(ScanText text, int index) {
        char c = text.at(index);
        return c < 128 && (text.isWord(index) || "-_.~+/=".indexOf(c) >= 0);
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }
}
