package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds secrets that are written after their name: {@code password: x}, {@code "api_key" = "x"}, {@code --token x}, {@code Bearer x},
 * "the password is x1". It begins with the name, and returns the index after the secret, or after the name where there is none.
 */
final class AssignmentDetector {

    private static final int PASSWORD_CHARS_MIN = 4;
    private static final int BARE_PASSWORD_CHARS_MIN = 8;
    private static final int KEY_CHARS_MIN = 12;
    private static final int BARE_KEY_CHARS_MIN = 24;
    private static final int BEARER_CHARS_MIN = 16;
    private static final int FLAG_CHARS_MAX = 24;
    private static final String COPULA_BEGINNINGS = "iwleè\u306f\u662f\u4e3a";
    private static final String[] COPULAS = {
        "is ", "was ", "ist ", "lautet ", "est ", "es ", "è ", "is: ", "ist: ", "lautet: ", "\u306f", "\u662f", "\u4e3a"
    };

    private AssignmentDetector() {}

    /** A password's name stands between two indexes. */
    static int password(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = afterName(text, nameEnd);
        int value = afterSign(text, after);
        if (value == after && isFlag(text, nameStart, after - nameEnd)) {
            return password(scan, nameEnd, after, Form.WRITTEN);
        }
        if (value > after) {
            return password(scan, nameEnd, value, Form.WRITTEN);
        }
        value = afterCopula(text, after);
        if (value > after) {
            return password(scan, nameEnd, value, Form.SPOKEN);
        }
        return after > nameEnd ? password(scan, nameEnd, after, Form.BARE) : nameEnd;
    }

    /** A key's or token's name stands between two indexes: the value must look random, because code is full of such names. */
    static int key(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = afterName(text, nameEnd);
        int value = afterSign(text, after);
        value = value == after ? afterCopula(text, after) : value;
        if (value > after || isFlag(text, nameStart, after - nameEnd)) {
            int start = isQuote(text.at(value)) ? value + 1 : value;
            return random(scan, nameEnd, start, KEY_CHARS_MIN, "secret_assignment");
        }
        boolean address = text.at(after) == '0' && text.lowerAt(after + 1) == 'x';
        return after == nameEnd || address
                ? nameEnd
                : random(scan, nameEnd, after, BARE_KEY_CHARS_MIN, "secret_assignment");
    }

    /** The word "bearer" or "basic" ends at an index. */
    static int bearer(Scan scan, int nameEnd) {
        int value = scan.text.skipBlanks(nameEnd);
        return value == nameEnd ? nameEnd : random(scan, nameEnd, value, BEARER_CHARS_MIN, "bearer_token");
    }

    private static int password(Scan scan, int nameEnd, int value, Form form) {
        PasswordValue password = scan.password;
        boolean quoted = isQuote(scan.text.at(value));
        if (!password.read(quoted ? value + 1 : value, quoted) || !isWrittenLikeOne(password, quoted, form)) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "password");
        return password.end();
    }

    /** The less is said before it, the more a value must look like a secret: no call, no member, no word of a sentence. */
    private static boolean isWrittenLikeOne(PasswordValue value, boolean quoted, Form form) {
        int least = form == Form.BARE && !quoted ? BARE_PASSWORD_CHARS_MIN : PASSWORD_CHARS_MIN;
        if (value.length() < least) {
            return false;
        }
        return switch (form) {
            case WRITTEN -> quoted || !value.isPlain() || (value.standsAlone() && !value.isMember());
            case SPOKEN -> quoted || !value.isPlain();
            case BARE -> quoted ? value.digits() > 0 && value.isClosed() : value.digits() >= 2 && value.letters() >= 2;
        };
    }

    private static int random(Scan scan, int nameEnd, int start, int charsMin, String rule) {
        CharRun run = scan.tokenRun;
        run.read(start);
        char next = scan.text.at(run.end());
        if (run.length() < charsMin
                || run.digits() < 2
                || run.letters() < 3
                || next == '('
                || next == '['
                || PasswordValue.isStandIn(scan.text, start)) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, rule);
        return run.end();
    }

    private static int afterName(ScanText text, int nameEnd) {
        int i = isQuote(text.at(nameEnd)) ? nameEnd + 1 : nameEnd;
        return text.skipBlanks(i);
    }

    /**
     * The index of the value after {@code :}, {@code =}, {@code :=}, {@code =>} or the end of a tag, or the start where no
     * sign stands.
     */
    private static int afterSign(ScanText text, int start) {
        if (text.at(start) == '>' && text.at(start - 1) > ' ' && text.at(start + 1) > ' ') {
            return start + 1;
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
        return i == start || comparison ? start : text.skipBlanks(i);
    }

    private static int afterCopula(ScanText text, int start) {
        if (COPULA_BEGINNINGS.indexOf(text.lowerAt(start)) < 0) {
            return start;
        }
        for (String copula : COPULAS) {
            if (text.matches(start, copula)) {
                return text.skipBlanks(start + copula.length());
            }
        }
        return start;
    }

    /** Whether the name ends a flag of a command, {@code --db-password}, with a blank behind it. */
    private static boolean isFlag(ScanText text, int nameStart, int blanks) {
        int i = nameStart;
        while (nameStart - i < FLAG_CHARS_MAX && (text.isPlainWord(i - 1) || text.at(i - 1) == '-')) {
            i--;
        }
        return blanks > 0 && i <= nameStart - 2 && text.at(i) == '-' && text.at(i + 1) == '-';
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    /** How a name and its value are put together. */
    private enum Form {
        /** With a sign between. */
        WRITTEN,
        /** With "is" between. */
        SPOKEN,
        /** With a blank between. */
        BARE
    }
}
