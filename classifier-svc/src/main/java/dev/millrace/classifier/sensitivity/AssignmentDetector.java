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

    private static final int WORD_CHARS_MAX = 16;
    private static final int FLAGS_MAX = 3;

    private AssignmentDetector() {}

    /** A password's name stands between two indexes. */
    static int password(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int last = NameTail.end(text, nameEnd);
        int tailed = last > nameEnd ? tailed(scan, nameStart, nameEnd, last) : nameEnd;
        if (tailed > nameEnd) {
            return tailed;
        }
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        if (value > after) {
            Form form = formOf(text, nameStart, nameEnd, after, value);
            return password(
                    scan, nameStart, nameEnd, form == Form.NEXT_LINE ? ValueStart.nextLine(text, value) : value, form);
        }
        int argument = Math.max(
                ValueStart.afterComma(text, nameStart, nameEnd), ValueStart.afterComparison(text, nameEnd, after));
        argument = Math.max(argument, ValueStart.afterCall(text, nameEnd));
        if (argument > nameEnd) {
            return password(scan, nameStart, nameEnd, argument, Form.ARGUMENT);
        }
        boolean blanks = after > nameEnd;
        if (blanks && (NamePlace.isFlag(text, nameStart) || NamePlace.isVariable(text, nameStart))) {
            return password(scan, nameStart, nameEnd, after, Form.SPOKEN);
        }
        if (text.at(after) == '|') {
            boolean cell = NamePlace.isCell(text, nameStart);
            return cell ? password(scan, nameStart, nameEnd, text.skipBlanks(after + 1), Form.CELL) : nameEnd;
        }
        value = SpokenStart.afterCopula(text, after);
        value = value == after ? SpokenStart.afterPurpose(text, after) : value;
        int spoken = value > after ? password(scan, nameStart, nameEnd, value, Form.SPOKEN) : nameEnd;
        if (spoken > nameEnd) {
            return spoken;
        }
        return blanks ? bare(scan, nameStart, nameEnd, after) : before(scan, nameStart, nameEnd);
    }

    /** An identifier goes on behind a name: {@code PASSWORD_PROD=x1}, {@code password2: "x1"}. */
    private static int tailed(Scan scan, int nameStart, int nameEnd, int last) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, last);
        int value = ValueStart.afterSign(text, after);
        boolean flag = after > last && NamePlace.isFlag(text, nameStart);
        value = value > after ? value : Math.max(after, ValueStart.afterComma(text, nameStart, last));
        boolean literal = after > last && ValueStart.isQuote(text.at(after));
        return value > after || flag || literal || (after > last && NamePlace.isVariable(text, nameStart))
                ? password(scan, nameStart, nameEnd, value, Form.TAILED)
                : nameEnd;
    }

    /** No sign stands behind the name: the value follows at once, or after a few words, or stands before. */
    private static int bare(Scan scan, int nameStart, int nameEnd, int after) {
        ScanText text = scan.text;
        int end = password(scan, nameStart, nameEnd, ValueStart.afterAttribute(text, after), Form.BARE);
        boolean part = "-_".indexOf(text.at(nameStart - 1)) >= 0;
        int value = end > nameEnd || part ? after : SpokenStart.afterClause(text, after);
        if (value > after) {
            end = password(scan, nameStart, nameEnd, value, Form.CLAUSE);
        }
        value = SpokenStart.afterChange(text, nameStart, after);
        if (end == nameEnd && value > after) {
            end = password(scan, nameStart, nameEnd, value, Form.CLAUSE);
        }
        return end == nameEnd ? before(scan, nameStart, nameEnd) : end;
    }

    private static int before(Scan scan, int nameStart, int nameEnd) {
        int value = SpokenStart.beforeName(scan.text, nameStart, nameEnd);
        if (value >= 0) {
            password(scan, nameStart, nameEnd, value, Form.CLAUSE);
        }
        return nameEnd;
    }

    /** Words that lead to a password stand between two indexes: it follows in quotes, behind flags perhaps. */
    static int lead(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int value = text.skipBlanks(nameEnd);
        for (int flag = 0; flag < FLAGS_MAX && text.at(value) == '-'; flag++) {
            int end = value;
            while (end - value < WORD_CHARS_MAX && text.at(end) > ' ') {
                end++;
            }
            value = text.skipBlanks(end);
        }
        return value > nameEnd && ValueStart.isQuote(text.at(value))
                ? password(scan, nameStart, nameEnd, value, Form.BARE)
                : nameEnd;
    }

    /** The word "pass" stands between two indexes. */
    static int pass(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        if (value > after) {
            return password(scan, nameStart, nameEnd, value, Form.SHORT);
        }
        int literal = Math.max(ValueStart.afterComma(text, nameStart, nameEnd), ValueStart.afterCall(text, nameEnd));
        boolean part = "_-.".indexOf(text.at(nameStart - 1)) >= 0 || text.isLetter(nameStart - 1);
        boolean cell = text.at(after) == '|' && NamePlace.isCell(text, nameStart);
        if (part && after > nameEnd && ValueStart.isQuote(text.at(after))) {
            literal = after;
        }
        if (literal > nameEnd) {
            return password(scan, nameStart, nameEnd, literal, Form.ARGUMENT);
        }
        boolean flag = after > nameEnd && NamePlace.isFlag(text, nameStart);
        value = cell ? text.skipBlanks(after + 1) : flag ? after : SpokenStart.afterCopula(text, after);
        return value > after || flag
                ? password(scan, nameStart, nameEnd, value, cell ? Form.CELL : flag ? Form.SHORT : Form.CLAUSE)
                : nameEnd;
    }

    /** The letter "p" stands between two indexes, beside a user: what follows its sign must be a password and no formula. */
    static int beside(Scan scan, int nameStart, int nameEnd) {
        int after = ValueStart.afterName(scan.text, nameEnd);
        int value = ValueStart.afterSign(scan.text, after);
        return value > after ? password(scan, nameStart, nameEnd, value, Form.BESIDE) : nameEnd;
    }

    /** A short name that means other things too stands between two indexes: {@code mdp}, {@code clave}, {@code PSW}. */
    static int shortName(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        value = value == after ? SpokenStart.afterCopula(text, after) : value;
        boolean keyword = text.matches(nameStart - "palabra ".length(), "palabra ")
                || text.matches(nameStart - "palabras ".length(), "palabras ");
        boolean number = text.at(value) == '0' && text.lowerAt(value + 1) == 'x';
        return value == after || keyword || number
                ? nameEnd
                : password(scan, nameStart, nameEnd, value, isAlone(text, nameStart) ? Form.SIGNED : Form.CLAUSE);
    }

    /** Whether a name in capitals is no part of a longer one: a register, a process. */
    private static boolean isAlone(ScanText text, int nameStart) {
        return text.isUpper(nameStart) && text.isUpper(nameStart + 1) && text.at(nameStart - 1) != '_';
    }

    private static Form formOf(ScanText text, int nameStart, int nameEnd, int after, int value) {
        char sign = text.at(after);
        if (sign == ':' && text.at(nameStart - 1) == '$') {
            return Form.REFERENCE;
        }
        if (sign == ':' && text.at(value) == '\n') {
            return Form.NEXT_LINE;
        }
        if (ValueStart.isArrow(text, after)) {
            return Form.CLAUSE;
        }
        if (sign == '<') {
            return Form.ATTRIBUTE;
        }
        return sign != '>' ? Form.WRITTEN : after > nameEnd ? Form.ATTRIBUTE : Form.ELEMENT;
    }

    private static int password(Scan scan, int nameStart, int nameEnd, int value, Form form) {
        PasswordValue password = scan.password;
        int start = ValueStart.insideQuotes(scan.text, value);
        boolean guarded = form == Form.TAILED || form == Form.CLAUSE || form == Form.SHORT;
        if (form == Form.REFERENCE || !(guarded ? password.readUnlessRefused(start) : password.read(start))) {
            return nameEnd;
        }
        if (!isWrittenLikeOne(password, nameStart, form)) {
            if (guarded) {
                password.refuse();
            }
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
            case WRITTEN ->
                quoted || value.isTelling() || value.isWordOfLine(nameStart) || value.isUnspeakableLabelled(nameStart);
            case NEXT_LINE ->
                value.length() >= LINE_PASSWORD_CHARS_MIN
                        && value.digits() > 0
                        && value.letters() > 0
                        && value.hasLineAlone();
            case ELEMENT -> value.endsElement();
            case ATTRIBUTE -> value.endsElement() && value.isTelling();
            case CELL -> value.isTelling() && value.endsCell();
            case SHORT -> value.digits() > 0 && value.letters() > 1 && !value.hasUnderscore();
            case ARGUMENT -> quoted && value.isWrittenLiteral();
            case TAILED -> value.isWrittenSecret();
            case SPOKEN -> quoted || value.isTelling();
            case CLAUSE -> value.isStrong();
            case SIGNED -> value.isStrong() && value.signs() > 0;
            case BESIDE -> value.isStrong() && value.signs() > 0 && !value.isFormula();
            case BARE ->
                quoted
                        ? value.isTelling() && value.isClosed()
                        : value.length() >= BARE_PASSWORD_CHARS_MIN
                                && value.letters() >= 2
                                && !value.isConstant()
                                && (value.digits() >= 2
                                        || value.hasDigitWithin()
                                        || value.isUnspeakable()
                                        || (value.digits() > 0 && value.signs() > 0));
        };
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
        /** As the text of an element with an attribute of that name, or of the element behind the one with the name. */
        ATTRIBUTE,
        /** As the next argument of a call. */
        ARGUMENT,
        /** With a sign between, behind an identifier that goes on after the name. */
        TAILED,
        /** With "is" between, or behind a flag. */
        SPOKEN,
        /** With a sign between, behind a name that other things have too. */
        SHORT,
        /** With some words between, or before its name. */
        CLAUSE,
        /** With a sign between, behind a name that means something else as a rule. */
        SIGNED,
        /** With a sign between, behind one letter. */
        BESIDE,
        /** With a blank between. */
        BARE,
        /** The name of a variable that is used here: {@code $PWD:/app}. */
        REFERENCE
    }
}
