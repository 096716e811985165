package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds passwords in the column of a table that is headed by their name: cells between bars, commas, semicolons, tabs or
 * several blanks. The rows of one table are read once, whatever its head names.
 */
final class TableDetector {

    private static final int HEAD_CHARS_MAX = 120;
    private static final int ROWS_MAX = 4;
    private static final int ROW_CHARS_MAX = 160;
    private static final int CELL_CHARS_MIN = 6;
    private static final String SIGNS = "|,;\t";
    private static final Signs CODE_SIGNS = Signs.of("(){}=<>?!:");

    private TableDetector() {}

    /** A name stands between two indexes; returns its end, as the rest of its line is no value. */
    static int column(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int next = nameEnd;
        while (text.at(next) == ' ' || text.at(next) == '*') {
            next++;
        }
        boolean last = text.at(next) == '\n';
        char sign = last ? signBefore(text, nameStart) : text.at(next);
        if (!last && SIGNS.indexOf(sign) < 0 && next - nameEnd > 1) {
            sign = ' ';
        }
        if (sign == 0 || (sign != ' ' && SIGNS.indexOf(sign) < 0) || nameStart < scan.rowsRead()) {
            return nameEnd;
        }
        int line = nameStart;
        int column = 0;
        while (nameStart - line < HEAD_CHARS_MAX && line > 0 && text.at(line - 1) != '\n') {
            line--;
            column += isSeparator(text, line, sign) ? 1 : 0;
        }
        int i = next;
        while (i - next < HEAD_CHARS_MAX && text.at(i) != '\n' && text.at(i) != 0) {
            i++;
        }
        boolean head = text.at(i) == '\n' && (column > 0 || !last) && isHead(text, line, i);
        if (head && rows(scan, sign, column, i + 1)) {
            scan.found(FindingKind.CREDENTIAL, "table_password");
        }
        return nameEnd;
    }

    private static boolean rows(Scan scan, char sign, int column, int start) {
        ScanText text = scan.text;
        int i = start;
        boolean found = false;
        for (int row = 0; row < ROWS_MAX && !found && text.at(i) > 0; row++) {
            int from = i;
            int cell = 0;
            int begin = i;
            while (i - from < ROW_CHARS_MAX && text.at(i) != '\n' && text.at(i) != 0) {
                if (isSeparator(text, i, sign)) {
                    found |= cell == column && isSecret(scan, begin, i);
                    cell++;
                    begin = i + 1;
                }
                i++;
            }
            found |= cell == column && isSecret(scan, begin, i);
            i++;
        }
        scan.readRows(i);
        return found;
    }

    /** Whether a cell holds one word with a digit, and letters or signs enough for a password. */
    private static boolean isSecret(Scan scan, int start, int end) {
        ScanText text = scan.text;
        int from = start;
        int to = end;
        while (from < to && isEdge(text.at(from))) {
            from++;
        }
        while (to > from && isEdge(text.at(to - 1))) {
            to--;
        }
        for (int i = from; i < to; i++) {
            if (text.at(i) <= ' ') {
                return false;
            }
        }
        return to - from >= CELL_CHARS_MIN
                && (ValueShape.of(scan, from, to) != ValueShape.NONE || ValueForm.isUnspeakable(text, from, to));
    }

    private static boolean isEdge(char c) {
        return c == ' ' || c == '`' || c == '"' || c == '\t';
    }

    /** Whether nothing but words and separators stands on a line. */
    private static boolean isHead(ScanText text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (CODE_SIGNS.hold(text.at(i))) {
                return false;
            }
        }
        return true;
    }

    /** The separator before a name that ends its line, or 0. */
    private static char signBefore(ScanText text, int nameStart) {
        int i = nameStart - 1;
        while (nameStart - i < 3 && text.at(i) == ' ') {
            i--;
        }
        return SIGNS.indexOf(text.at(i)) >= 0 ? text.at(i) : nameStart - 1 - i > 1 ? ' ' : 0;
    }

    /** Whether a cell ends at an index: at a sign, or at the first of several blanks. */
    private static boolean isSeparator(ScanText text, int index, char sign) {
        return sign == ' '
                ? text.at(index) == ' ' && text.at(index - 1) != ' ' && index > 0 && text.at(index - 1) != '\n'
                : text.at(index) == sign;
    }
}
