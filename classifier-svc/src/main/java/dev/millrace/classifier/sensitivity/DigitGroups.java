package dev.millrace.classifier.sensitivity;

/**
 * The groups of digits that follow one another from a place, as people write long numbers: {@code 4111 1111 1111 1111},
 * {@code 123-45-6789}, {@code 030 / 123 45 67}.
 *
 * <p>Groups are read until they have more digits than any number that is looked for, so that reading ahead costs no more
 * than a constant. One object serves a whole scan: {@link #read} replaces what it held, and keeps of it what is asked again.
 */
final class DigitGroups {

    private static final int DIGITS_MAX = 20;
    private static final int GROUP_DIGITS_MAX = 24;
    private static final int GROUPS_ROOM = 128;
    private static final int DIGITS_ROOM = 256;

    private final ScanText text;
    private final Separators allowed;
    private final int[] starts = new int[GROUPS_ROOM + 1];
    private final int[] ends = new int[GROUPS_ROOM];
    /** How many digits there are before each group, from the beginning of {@link #digits}. */
    private final int[] totals = new int[GROUPS_ROOM + 1];

    private final char[] separators = new char[GROUPS_ROOM];
    private final char[] digits = new char[DIGITS_ROOM];
    /** The place of the first group that counts; those before it are done with. */
    private int first;

    private int count;
    /** Whether the last group is the last of its row, and not only the last that was read. */
    private boolean ended = true;

    DigitGroups(ScanText text, Separators separators) {
        this.text = text;
        this.allowed = separators;
    }

    /**
     * Reads so many groups from the index of a digit, fewer where the row ends or more digits came than any number has;
     * those that were read before are kept.
     */
    void read(int from, int groups) {
        keepFrom(from);
        while (count < groups && total(count) < DIGITS_MAX && !ended) {
            readGroup();
        }
    }

    /** Reads the groups from the index of a digit. */
    void read(int from) {
        keepFrom(from);
        while (total(count) < DIGITS_MAX && !ended) {
            readGroup();
        }
    }

    /** Whether an index lies between two groups that were read, in what joins them; the groups before it are left behind. */
    boolean isBetween(int index) {
        while (count > 0 && starts[first] < index) {
            first++;
            count--;
        }
        return (count > 0 || !ended) && starts[first] > index;
    }

    /** Leaves the groups before an index behind; all of them where none starts there. */
    private void keepFrom(int from) {
        while (count > 0 && starts[first] != from) {
            first++;
            count--;
        }
        if (count == 0 && (ended || starts[first] != from)) {
            first = 0;
            starts[0] = from;
            totals[0] = 0;
            ended = false;
        }
    }

    private void readGroup() {
        if (first + count == GROUPS_ROOM || totals[first + count] + GROUP_DIGITS_MAX > DIGITS_ROOM) {
            makeRoom();
        }
        int group = first + count;
        int end = starts[group];
        int total = totals[group];
        int most = total + GROUP_DIGITS_MAX;
        for (char c = text.at(end); total < most && c >= '0' && c <= '9'; c = text.at(++end)) {
            digits[total++] = c;
        }
        int next = separatorEnd(end);
        ended = next == end;
        ends[group] = end;
        separators[group] = ended ? 0 : separatorKind(end, next);
        totals[group + 1] = total;
        starts[group + 1] = next;
        count++;
    }

    /** Moves what counts to the front. */
    private void makeRoom() {
        int gone = totals[first];
        System.arraycopy(digits, gone, digits, 0, total(count));
        System.arraycopy(starts, first, starts, 0, count + 1);
        System.arraycopy(ends, first, ends, 0, count);
        System.arraycopy(separators, first, separators, 0, count);
        for (int i = 0; i <= count; i++) {
            totals[i] = totals[first + i] - gone;
        }
        first = 0;
    }

    int count() {
        return count;
    }

    int start() {
        return starts[first];
    }

    /** The index of the first digit of a group. */
    int start(int group) {
        return starts[first + group];
    }

    /** How many digits a group has. */
    int length(int group) {
        return group < count ? totals[first + group + 1] - totals[first + group] : 0;
    }

    /** The index after a group. */
    int end(int group) {
        return ends[first + group];
    }

    /** What separates a group from the next: the first character that is no blank, or a blank; 0 after the last. */
    char separator(int group) {
        return separators[first + group];
    }

    /** The digits of the first groups, without separators. */
    String digits(int groups) {
        return new String(digits, totals[first], total(groups));
    }

    /** The first digit of all. */
    char firstDigit() {
        return digits[totals[first]];
    }

    /** The number that the digits from one place to another write, separators aside: 18 of them at most. */
    long number(int from, int to) {
        long number = 0;
        for (int i = totals[first] + from; i < totals[first] + to; i++) {
            number = number * 10 + digits[i] - '0';
        }
        return number;
    }

    /** Whether a group has the same digits as the first one. */
    boolean repeatsFirst(int group) {
        boolean same = length(group) == length(0);
        for (int i = 0; same && i < length(0); i++) {
            same = digits[totals[first + group] + i] == digits[totals[first] + i];
        }
        return same;
    }

    /** Whether Luhn's sum holds for the digits of the first groups. */
    boolean isLuhn(int groups) {
        return Checksums.luhn(digits, totals[first], total(groups));
    }

    /** How many digits the first groups have. */
    int total(int groups) {
        return totals[first + groups] - totals[first];
    }

    /** Whether the first groups have exactly these lengths. */
    boolean shapes(int one, int two) {
        return length(0) == one && length(1) == two;
    }

    /** Whether the first groups have exactly these lengths. */
    boolean shapes(int one, int two, int three) {
        return shapes(one, two) && length(2) == three;
    }

    /** Whether the first groups have exactly these lengths. */
    boolean shapes(int one, int two, int three, int four) {
        return shapes(one, two, three) && length(3) == four;
    }

    /** Whether one separator stands between all of the first groups, or blanks and dashes. */
    boolean isUniform(int groups) {
        boolean same = true;
        boolean mixed = true;
        for (int i = 0; i < groups - 1; i++) {
            char separator = separator(i);
            same &= separator == separator(0);
            mixed &= separator == ' ' || separator == '-';
        }
        return same || mixed;
    }

    /** Whether the groups from one on are a month and a year, set off by a blank. */
    boolean isDateAt(int group) {
        boolean year = length(group + 1) == 2 || length(group + 1) == 4;
        return length(group) == 2 && year && separator(group) == '/' && separator(group - 1) == ' ';
    }

    /** Whether the first groups stand free: no letter or digit touches them, and they are no part of a decimal. */
    boolean standsFree(int groups) {
        return !text.isJoined(start() - 1) && !text.isJoined(end(groups - 1)) && !isDecimal(groups);
    }

    /** Whether the first groups are a part of a decimal. */
    boolean isDecimal(int groups) {
        int start = start();
        int end = end(groups - 1);
        boolean fraction = text.at(start - 1) == '.' && text.isDigit(start - 2);
        return fraction || (groups == 1 && text.at(end) == '.' && text.isDigit(end + 1));
    }

    /** Whether another group of digits stands right before an index: then a number does not begin there. */
    static boolean followsGroup(ScanText text, int index) {
        int i = index - 1;
        while (index - i <= Separators.USUAL.charsMax && isSeparator(text.at(i))) {
            i--;
        }
        return i < index - 1 && text.isDigit(i) && !isListSign(text, i + 1);
    }

    /** Whether a number before it counts the entries of a list: {@code 1. }, {@code 2) }. */
    private static boolean isListSign(ScanText text, int index) {
        return (text.at(index) == '.' || text.at(index) == ')') && text.at(index + 1) == ' ';
    }

    /** Whether another group of a number follows the one that ends at an index, behind {@link Separators#USUAL}. */
    static boolean goesOn(ScanText text, int end) {
        int i = end;
        while (i - end < Separators.USUAL.charsMax && isSeparator(text.at(i))) {
            i++;
        }
        return i > end && text.isDigit(i);
    }

    private int separatorEnd(int from) {
        int i = allowed == Separators.JOINTS ? Joints.end(text, from) : from;
        while (i - from < allowed.charsMax && isAllowed(text.at(i))) {
            i++;
        }
        return text.isDigit(i) ? i : from;
    }

    private boolean isAllowed(char c) {
        return isSeparator(c) || (allowed == Separators.ANY && "+,\t\n".indexOf(c) >= 0);
    }

    private static boolean isSeparator(char c) {
        return c == ' ' || c == '-' || c == '.' || c == '/' || c == ')' || c == '_';
    }

    private char separatorKind(int from, int end) {
        if (allowed == Separators.JOINTS) {
            return Joints.kind(text, from, end);
        }
        for (int i = from; i < end; i++) {
            if (text.at(i) != ' ') {
                return text.at(i);
            }
        }
        return ' ';
    }

    /** What may stand between two groups of one number. */
    enum Separators {
        /** What people write between the groups of long numbers. */
        USUAL(3),
        /** Also the signs of addresses, tables and lists, where a word says what the number is. */
        ANY(6),
        /** What programs, pages and lists put between the parts of a number. */
        JOINTS(0);

        private final int charsMax;

        Separators(int charsMax) {
            this.charsMax = charsMax;
        }
    }
}
