package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds secrets that are written after their name: {@code password: x}, {@code "api_key" = "x"}, {@code --token x}, {@code Bearer x},
 * "the password is x1". It begins with the name, and returns the index after the secret, or after the name where there is none.
 */
final class AssignmentDetector {

    private static final int PASSWORD_CHARS_MIN = 4;
    private static final int LINE_PASSWORD_CHARS_MIN = 6;
    private static final int BARE_PASSWORD_CHARS_MIN = 8;
    private static final int KEY_CHARS_MIN = 12;
    private static final int BARE_KEY_CHARS_MIN = 24;
    private static final int BEARER_CHARS_MIN = 16;
    /** A key without digits must be this long. */
    private static final int LETTERS_KEY_CHARS_MIN = 20;

    private AssignmentDetector() {}

    /** A password's name stands between two indexes. */
    static int password(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        if (value > after) {
            Form form = formOf(text, nameStart, nameEnd, after, value);
            return password(
                    scan, nameStart, nameEnd, form == Form.NEXT_LINE ? text.skipBlanks(value + 1) : value, form);
        }
        boolean blanks = after > nameEnd;
        if (blanks && (ValueStart.isFlag(text, nameStart) || ValueStart.isVariable(text, nameStart))) {
            return password(scan, nameStart, nameEnd, after, Form.SPOKEN);
        }
        if (text.at(after) == '|') {
            boolean cell = ValueStart.isCell(text, nameStart);
            return cell ? password(scan, nameStart, nameEnd, text.skipBlanks(after + 1), Form.CELL) : nameEnd;
        }
        value = ValueStart.afterCopula(text, after);
        value = value == after ? ValueStart.afterPurpose(text, after) : value;
        if (value > after) {
            return password(scan, nameStart, nameEnd, value, Form.SPOKEN);
        }
        return blanks ? password(scan, nameStart, nameEnd, ValueStart.afterAttribute(text, after), Form.BARE) : nameEnd;
    }

    /** The word "pass" stands between two indexes. */
    static int pass(Scan scan, int nameStart, int nameEnd) {
        int after = ValueStart.afterName(scan.text, nameEnd);
        int value = ValueStart.afterSign(scan.text, after);
        boolean written = value > after && scan.text.at(after) != '>';
        return written ? password(scan, nameStart, nameEnd, value, Form.SHORT) : nameEnd;
    }

    /** A key's or token's name stands between two indexes: the value must look random, because code is full of such names. */
    static int key(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        value = value == after ? ValueStart.afterCopula(text, after) : value;
        value = value == after ? ValueStart.afterPurpose(text, after) : value;
        if (value > after || (after > nameEnd && ValueStart.isFlag(text, nameStart))) {
            int start = ValueStart.isQuote(text.at(value)) ? value + 1 : value;
            int end = random(scan, nameEnd, start, KEY_CHARS_MIN, "secret_assignment");
            return end == nameEnd ? signed(scan, nameEnd, value) : end;
        }
        boolean address = text.at(after) == '0' && text.lowerAt(after + 1) == 'x';
        return after == nameEnd || address
                ? nameEnd
                : random(scan, nameEnd, after, BARE_KEY_CHARS_MIN, "secret_assignment");
    }

    /** The words "bearer" or "authorization: basic" end at an index. */
    static int bearer(Scan scan, int nameEnd) {
        int end = basic(scan, nameEnd);
        int value = scan.text.skipBlanks(nameEnd);
        return end > nameEnd || value == nameEnd ? end : random(scan, nameEnd, value, BEARER_CHARS_MIN, "bearer_token");
    }

    /** The word "basic" ends at an index: a user and a password in base64 may follow. */
    static int basic(Scan scan, int nameEnd) {
        int value = scan.text.skipBlanks(nameEnd);
        int end = value == nameEnd ? nameEnd : BasicLogin.end(scan.text, value);
        if (end <= value) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "basic_login");
        return end;
    }

    private static Form formOf(ScanText text, int nameStart, int nameEnd, int after, int value) {
        char sign = text.at(after);
        if (sign == ':' && text.at(nameStart - 1) == '$') {
            return Form.REFERENCE;
        }
        if (sign == ':' && text.at(value) == '\n') {
            return Form.NEXT_LINE;
        }
        return sign != '>' ? Form.WRITTEN : after > nameEnd ? Form.ATTRIBUTE : Form.ELEMENT;
    }

    private static int password(Scan scan, int nameStart, int nameEnd, int value, Form form) {
        PasswordValue password = scan.password;
        if (form == Form.REFERENCE || !password.read(value) || !isWrittenLikeOne(password, nameStart, form)) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "password");
        return password.end();
    }

    /** The less is said before it, the more a value must look like a secret: no call, no member, no word of a sentence. */
    private static boolean isWrittenLikeOne(PasswordValue value, int nameStart, Form form) {
        boolean quoted = value.isQuoted();
        if (value.length() < PASSWORD_CHARS_MIN) {
            return false;
        }
        return switch (form) {
            case REFERENCE -> false;
            case WRITTEN -> quoted || value.isTelling() || value.isWordOfLine(nameStart);
            case NEXT_LINE ->
                value.length() >= LINE_PASSWORD_CHARS_MIN
                        && value.digits() > 0
                        && value.letters() > 0
                        && value.hasLineAlone();
            case ELEMENT -> value.endsElement();
            case ATTRIBUTE -> value.endsElement() && value.isTelling();
            case CELL -> value.isTelling() && value.endsCell();
            case SHORT -> value.digits() > 0 && value.letters() > 1 && !value.hasUnderscore();
            case SPOKEN -> quoted || value.isTelling();
            case BARE ->
                quoted
                        ? value.isTelling() && value.isClosed()
                        : value.length() >= BARE_PASSWORD_CHARS_MIN
                                && value.letters() >= 2
                                && !value.isConstant()
                                && (value.digits() >= 2
                                        || value.hasDigitWithin()
                                        || (value.digits() > 0 && value.signs() > 0));
        };
    }

    private static int random(Scan scan, int nameEnd, int start, int charsMin, String rule) {
        CharRun run = scan.tokenRun;
        run.read(start);
        char next = scan.text.at(run.end());
        if (run.length() < charsMin
                || run.letters() < 3
                || (run.digits() == 0 && run.length() < LETTERS_KEY_CHARS_MIN)
                || next == '('
                || next == '['
                || StandIns.isAt(scan.text, start)
                || run.changes() < changesMin(run.length(), charsMin)) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, rule);
        return run.end();
    }

    /** A short random key changes less often between digits, small letters and capitals than a long one. */
    private static int changesMin(int length, int charsMin) {
        return length < BARE_KEY_CHARS_MIN ? 3 : charsMin == BARE_KEY_CHARS_MIN ? 5 : 4;
    }

    /** A key with signs that no token has: {@code SECRET_KEY = 'w@x2k$…'}. */
    private static int signed(Scan scan, int nameEnd, int start) {
        PasswordValue value = scan.password;
        if (!value.readSigned(start) || value.length() < KEY_CHARS_MIN) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "secret_assignment");
        return value.end();
    }

    /** How a name and its value are put together. */
    private enum Form {
        /** With a sign between. */
        WRITTEN,
        /** With a sign between and a line end behind it. */
        NEXT_LINE,
        /** In two cells of a table. */
        CELL,
        /** As the text of an element of that name. */
        ELEMENT,
        /** As the text of an element with an attribute of that name. */
        ATTRIBUTE,
        /** With "is" between, or behind a flag. */
        SPOKEN,
        /** With a sign between, behind a name that other things have too. */
        SHORT,
        /** With a blank between. */
        BARE,
        /** The name of a variable that is used here: {@code $PWD:/app}. */
        REFERENCE
    }
}
