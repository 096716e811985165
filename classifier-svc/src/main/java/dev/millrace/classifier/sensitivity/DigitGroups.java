package dev.millrace.classifier.sensitivity;

/**
 * The groups of digits that follow one another from a place, as people write long numbers: {@code 4111 1111 1111 1111},
 * {@code 123-45-6789}, {@code 030 / 123 45 67}.
 *
 * <p>Groups are read until they have more digits than any number that is looked for, so that reading ahead costs no more
 * than a constant. One object serves a whole scan: {@link #read} replaces what it held.
 */
final class DigitGroups {

    private static final int DIGITS_MAX = 20;
    private static final int GROUPS_MAX = DIGITS_MAX + 1;
    private static final int SEPARATOR_CHARS_MAX = 3;
    private static final int GROUP_DIGITS_MAX = 24;

    private final ScanText text;
    private final int[] ends = new int[GROUPS_MAX];
    private final int[] totals = new int[GROUPS_MAX + 1];
    private final char[] separators = new char[GROUPS_MAX];
    private final char[] digits = new char[DIGITS_MAX + GROUP_DIGITS_MAX];
    private int start;
    private int count;

    DigitGroups(ScanText text) {
        this.text = text;
    }

    /** Reads the groups from the index of a digit. */
    void read(int from) {
        start = from;
        count = 0;
        int total = 0;
        int i = from;
        while (total < DIGITS_MAX) {
            int end = i;
            while (text.isDigit(end) && end - i < GROUP_DIGITS_MAX) {
                digits[total++] = text.at(end++);
            }
            int next = separatorEnd(end);
            ends[count] = end;
            separators[count] = next == end ? 0 : separatorKind(end, next);
            totals[++count] = total;
            if (next == end) {
                break;
            }
            i = next;
        }
    }

    int count() {
        return count;
    }

    int start() {
        return start;
    }

    /** How many digits a group has. */
    int length(int group) {
        return group < count ? totals[group + 1] - totals[group] : 0;
    }

    /** The index after a group. */
    int end(int group) {
        return ends[group];
    }

    /** What separates a group from the next: the first character that is no blank, or a blank; 0 after the last. */
    char separator(int group) {
        return separators[group];
    }

    /** The digits of the first groups, without separators. */
    String digits(int groups) {
        return new String(digits, 0, totals[groups]);
    }

    /** The first digit of all. */
    char firstDigit() {
        return digits[0];
    }

    /** How many digits the first groups have. */
    int total(int groups) {
        return totals[groups];
    }

    /** Whether the first groups have exactly these lengths. */
    boolean shapes(int... expected) {
        if (count < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (length(i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether one separator stands between all of the first groups. */
    boolean isUniform(int groups) {
        for (int i = 1; i < groups - 1; i++) {
            if (separators[i] != separators[0]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the first groups stand free: no letter or digit touches them, and they are no part of a decimal. */
    boolean standsFree(int groups) {
        int end = ends[groups - 1];
        boolean decimal = text.at(start - 1) == '.' && text.isDigit(start - 2);
        boolean fraction = groups == 1 && text.at(end) == '.' && text.isDigit(end + 1);
        return !text.isWord(start - 1) && !text.isWord(end) && !decimal && !fraction;
    }

    /** Whether another group of digits stands right before an index: then a number does not begin there. */
    static boolean followsGroup(ScanText text, int index) {
        int i = index - 1;
        while (index - i <= SEPARATOR_CHARS_MAX && isSeparator(text.at(i))) {
            i--;
        }
        return i < index - 1 && text.isDigit(i);
    }

    private int separatorEnd(int from) {
        int i = from;
        while (i - from < SEPARATOR_CHARS_MAX && isSeparator(text.at(i))) {
            i++;
        }
        return text.isDigit(i) ? i : from;
    }

    private static boolean isSeparator(char c) {
        return c == ' ' || c == '-' || c == '.' || c == '/' || c == ')' || c == '_';
    }

    private char separatorKind(int from, int end) {
        for (int i = from; i < end; i++) {
            if (text.at(i) != ' ') {
                return text.at(i);
            }
        }
        return ' ';
    }
}
