package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds the value of a password's column in an SQL row: {@code INSERT INTO users (name, pass) VALUES ('ada', 'x1')}. */
final class InsertDetector {

    private static final int COLUMNS_CHARS_MAX = 120;
    private static final int VALUES_CHARS_MAX = 200;
    private static final int VALUE_CHARS_MIN = 5;
    private static final String VALUES = "values";
    private static final Signs BETWEEN = Signs.of("_,. `\"[]\n\t");

    private InsertDetector() {}

    /** A column's name stands between two indexes; returns its end, as others may stand before the value. */
    static int column(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int next = text.skipBlanks(ValueStart.isQuote(text.at(nameEnd)) ? nameEnd + 1 : nameEnd);
        if (text.at(next) != ',' && text.at(next) != ')') {
            return nameEnd;
        }
        int close = next;
        while (close - next < COLUMNS_CHARS_MAX && isInColumns(text, close)) {
            close++;
        }
        int values = afterBlanks(text, close + 1);
        int open = afterBlanks(text, values + VALUES.length());
        boolean row = text.at(close) == ')' && text.matches(values, VALUES) && text.at(open) == '(';
        if (row && isSecret(scan, open + 1, commasBefore(text, nameStart))) {
            scan.found(FindingKind.CREDENTIAL, "inserted_password");
        }
        return nameEnd;
    }

    private static boolean isSecret(Scan scan, int first, int column) {
        int value = LoginPairDetector.argumentAt(scan.text, first, column, first + VALUES_CHARS_MAX);
        PasswordValue password = scan.password;
        return value >= first
                && ValueStart.isQuote(scan.text.at(value))
                && password.read(value)
                && password.isClosed()
                && password.length() >= VALUE_CHARS_MIN
                && password.letters() > 0
                && password.digits() > 0;
    }

    /** How many columns stand before a name, or one too many where no bracket opens them. */
    private static int commasBefore(ScanText text, int nameStart) {
        int commas = 0;
        int i = nameStart - 1;
        while (nameStart - i < COLUMNS_CHARS_MAX && isInColumns(text, i)) {
            commas += text.at(i) == ',' ? 1 : 0;
            i--;
        }
        return text.at(i) == '(' ? commas : COLUMNS_CHARS_MAX;
    }

    private static boolean isInColumns(ScanText text, int index) {
        return text.isWord(index) || BETWEEN.hold(text.at(index));
    }

    private static int afterBlanks(ScanText text, int start) {
        int i = start;
        while (i - start < COLUMNS_CHARS_MAX && (text.at(i) == ' ' || text.at(i) == '\n' || text.at(i) == '\t')) {
            i++;
        }
        return i;
    }
}
