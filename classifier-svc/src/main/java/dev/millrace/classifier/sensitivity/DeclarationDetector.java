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
    private static final int GAP_CHARS_MAX = 40;
    private static final int PHRASE_CHARS_MIN = 12;
    private static final int PHRASE_CHARS_MAX = 100;
    private static final int PHRASE_WORDS_MIN = 3;
    private static final String BETWEEN = "_-= \n\t,{:>\"'";

    private DeclarationDetector() {}

    /** A name ends at an index, with its line or before a brace: a member that holds its value may follow. */
    static int member(Scan scan, int nameEnd) {
        ScanText text = scan.text;
        int i = ValueStart.isQuote(text.at(nameEnd)) ? nameEnd + 1 : nameEnd;
        i = text.skipBlanks(i);
        if ((text.at(i) != '\n' && text.at(i) != '{' && text.at(i) != ',') || nameEnd < scan.membersRead()) {
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
            if (value > end && isSecret(scan.password, value)) {
                scan.found(FindingKind.CREDENTIAL, "declared_password");
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

    private static boolean isSecret(PasswordValue password, int value) {
        return password.read(value)
                && password.length() >= VALUE_CHARS_MIN
                && password.letters() > 1
                && password.digits() + password.signs() > 0
                && !password.isConstant()
                && !password.isAddress();
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
