package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds the value of a secret that a file declares in a member of its own: {@code variable "db_password" { default = "x1" }},
 * {@code name: DB_PASSWORD}, {@code value: x1} on the next line; and a phrase of several words in quotes behind its name.
 */
final class DeclarationDetector {

    private static final int CHARS_MAX = 120;
    private static final int WORD_CHARS_MAX = 16;
    private static final int VALUE_CHARS_MIN = 6;
    private static final int KEY_CHARS_MIN = 16;
    private static final int GAP_CHARS_MAX = 40;
    private static final int PHRASE_CHARS_MIN = 12;
    private static final int PHRASE_CHARS_MAX = 100;
    private static final int PHRASE_WORDS_MIN = 3;
    private static final String BETWEEN = "_-= \n\t,{:>\"'";

    private DeclarationDetector() {}

    /**
     * A name ends at an index, with its line, before a brace or before another attribute: a member that holds its value may follow.
     *
     * @param key whether it is the name of a key, so that the value must look random
     */
    static int member(Scan scan, int nameEnd, boolean key) {
        ScanText text = scan.text;
        int last = Math.max(nameEnd, NameTail.end(text, nameEnd));
        int i = ValueStart.isQuote(text.at(last)) ? last + 1 : last;
        i = text.skipBlanks(i);
        boolean attribute = i > last && text.matches(i, "value=");
        if ((!attribute && "\n{,".indexOf(text.at(i)) < 0) || nameEnd < scan.membersRead()) {
            return nameEnd;
        }
        int limit = i + CHARS_MAX;
        while (i < limit && text.at(i) != 0 && text.at(i) != '}') {
            int end = i;
            while (end - i < WORD_CHARS_MAX && text.isLetter(end)) {
                end++;
            }
            int value = end > i && isHolder(text, i, end)
                    ? ValueStart.afterSign(text, ValueStart.afterName(text, end))
                    : end;
            if (value > end && (key ? isKey(scan, nameEnd, value) : isPassword(scan, value))) {
                return nameEnd;
            }
            if (value > end || (end == i && BETWEEN.indexOf(text.at(i)) < 0)) {
                break;
            }
            i = Math.max(end, i + 1);
        }
        scan.readMembers(i);
        return nameEnd;
    }

    private static boolean isHolder(ScanText text, int start, int end) {
        return (end - start == "default".length() && text.matches(start, "default"))
                || (end - start == "value".length() && text.matches(start, "value"));
    }

    private static boolean isPassword(Scan scan, int value) {
        PasswordValue password = scan.password;
        boolean secret = password.read(value)
                && password.length() >= VALUE_CHARS_MIN
                && password.letters() > 1
                && password.digits() + password.signs() > 0
                && !password.isConstant()
                && (password.isScrambled() || !password.isAddress());
        if (secret) {
            scan.found(FindingKind.CREDENTIAL, "declared_password");
        }
        return secret;
    }

    private static boolean isKey(Scan scan, int nameEnd, int value) {
        int start = ValueStart.isQuote(scan.text.at(value)) ? value + 1 : value;
        return KeyAssignmentDetector.random(scan, nameEnd, start, KEY_CHARS_MIN, "declared_key") > nameEnd;
    }

    /** The name of a phrase ends at an index: several words and a number in quotes may follow on its line. */
    static int phrase(Scan scan, int nameEnd) {
        ScanText text = scan.text;
        int quote = nameEnd;
        while (quote - nameEnd < GAP_CHARS_MAX
                && text.at(quote) != '"'
                && !(text.at(quote) == '\'' && text.at(quote - 1) <= ' ')) {
            if (text.at(quote) < ' ' || "(){};".indexOf(text.at(quote)) >= 0) {
                return nameEnd;
            }
            quote++;
        }
        int words = 1;
        int digits = 0;
        int i = quote + 1;
        while (i - quote < PHRASE_CHARS_MAX && text.at(i) != text.at(quote) && text.at(i) >= ' ') {
            words += text.at(i) == ' ' && text.isWord(i + 1) ? 1 : 0;
            digits += text.isDigit(i) ? 1 : 0;
            i++;
        }
        boolean phrase =
                ValueStart.isQuote(text.at(quote)) && text.at(i) == text.at(quote) && i - quote >= PHRASE_CHARS_MIN;
        if (!phrase || words < PHRASE_WORDS_MIN || digits == 0) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "passphrase");
        return i;
    }
}
