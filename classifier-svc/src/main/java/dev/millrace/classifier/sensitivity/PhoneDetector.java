package dev.millrace.classifier.sensitivity;

/** Finds telephone numbers: with a plus, as written in North America, with a trunk zero, or named as such. */
final class PhoneDetector {

    private static final int DIGITS_MAX = 15;

    private PhoneDetector() {}

    /** The rule that a number at an index is reported under. */
    static String rule(Scan scan, int start) {
        return hasPlus(scan, start) ? "phone_international" : "phone_national";
    }

    /** Returns how many of the groups form a telephone number, 0 for none; reports nothing, because a card may lie within. */
    static int detect(Scan scan, DigitGroups groups) {
        return hasPlus(scan, groups.start()) ? international(groups, wholeNumber(groups)) : national(scan, groups);
    }

    private static boolean hasPlus(Scan scan, int start) {
        return scan.text.at(start - 1) == '+' && !scan.text.isJoined(start - 2);
    }

    /** The groups up to the first one that cannot belong to the same number. */
    private static int wholeNumber(DigitGroups groups) {
        int used = 1;
        while (used < groups.count() && groups.total(used + 1) <= DIGITS_MAX && groups.separator(used - 1) != '_') {
            used++;
        }
        return used;
    }

    private static int international(DigitGroups groups, int used) {
        int digits = groups.total(used);
        boolean complete = digits >= (used > 1 ? 8 : 10);
        return complete && groups.firstDigit() != '0' && groups.standsFree(used) ? used : 0;
    }

    private static int national(Scan scan, DigitGroups groups) {
        boolean named = scan.isNamed(Topic.PHONE, groups.start());
        int american = american(scan, groups, named);
        if (american > 0) {
            return american;
        }
        if (!named && groups.firstDigit() != '0') {
            return 0;
        }
        int used = wholeNumber(groups);
        int digits = groups.total(used);
        if (!groups.standsFree(used) || isDate(groups)) {
            return 0;
        }
        if (named && digits >= 7) {
            return isNetworkAddress(groups) ? 0 : used;
        }
        boolean trunk = groups.firstDigit() == '0'
                && groups.length(0) >= 2
                && groups.length(0) <= 6
                && (groups.length(0) == 2 || groups.number(0, 3) > 0)
                && !isCounted(scan.text, groups)
                && !DigitGroups.followsGroup(scan.text, groups.start());
        boolean written = used > 1 && digits >= 9 && digits <= 14 && groups.separator(0) != '.';
        return trunk && written && hasPhoneShape(groups, used) ? used : 0;
    }

    /** Whether four numbers with dots between, one of a single digit, are the address of a machine or a network. */
    private static boolean isNetworkAddress(DigitGroups groups) {
        boolean single = false;
        for (int i = 0; i < 4; i++) {
            if (i == groups.count() || groups.length(i) > 3 || (i < 3 && groups.separator(i) != '.')) {
                return false;
            }
            single |= groups.length(i) == 1;
        }
        return single;
    }

    /** The number of an order, or of an entry of a list: {@code #053-…}, {@code 01) …}. */
    private static boolean isCounted(ScanText text, DigitGroups groups) {
        char before = text.at(groups.start() - 1);
        return before == '#' || (groups.separator(0) == ')' && before != '(');
    }

    /** Lists of pairs are telephone numbers only in the French form of exactly five. */
    private static boolean hasPhoneShape(DigitGroups groups, int used) {
        boolean pairs = true;
        boolean repeated = true;
        for (int i = 0; i < used; i++) {
            pairs &= groups.length(i) == 2;
            repeated &= groups.repeatsFirst(i);
        }
        return pairs ? used == 5 && groups.count() == 5 : !repeated && (groups.length(0) > 2 || groups.length(1) > 2);
    }

    private static int american(Scan scan, DigitGroups groups, boolean named) {
        int first = groups.firstDigit() == '1' && groups.length(0) == 1 && groups.count() > 3 ? 1 : 0;
        boolean shaped = first == 0 ? groups.shapes(3, 3, 4) : groups.shapes(1, 3, 3, 4);
        int used = first + 3;
        if (!shaped || !groups.standsFree(used)) {
            return 0;
        }
        char last = groups.separator(first + 1);
        boolean bracketed = scan.text.at(groups.start() - 1) == '(' || groups.separator(first) == ')';
        boolean written = last == '-' || (last == '.' && groups.separator(first) == '.') || bracketed || named;
        return written && groups.number(first, first + 1) > 1 && groups.number(first + 3, first + 4) > 1 ? used : 0;
    }

    private static boolean isDate(DigitGroups groups) {
        return groups.shapes(2, 2, 4) || groups.shapes(4, 2, 2) || (groups.shapes(2, 2, 2) && groups.count() == 3);
    }
}
