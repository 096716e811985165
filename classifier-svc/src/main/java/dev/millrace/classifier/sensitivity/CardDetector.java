package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds payment card numbers: issuer prefix, length, grouping as printed on cards, and Luhn's sum. */
final class CardDetector {

    private static final int DIGITS_MIN = 13;
    private static final int DIGITS_MAX = 19;
    private static final String[] RULES = {"luhn_13", "luhn_14", "luhn_15", "luhn_16", "luhn_17", "luhn_18", "luhn_19"};

    private CardDetector() {}

    /** Returns how many of the groups form a card number, 0 for none. */
    static int detect(Scan scan, DigitGroups groups) {
        if (groups.total(groups.count()) < DIGITS_MIN || !CardIssuers.isIssued(firstFour(groups))) {
            return 0;
        }
        for (int used = 1; used <= groups.count() && groups.total(used) <= DIGITS_MAX; used++) {
            if (groups.total(used) >= DIGITS_MIN && isCard(scan, groups, used)) {
                scan.found(FindingKind.PAYMENT_CARD, rule(groups.total(used)));
                return used;
            }
        }
        return 0;
    }

    /** The rule's name for a number of so many digits. */
    static String rule(int digits) {
        return RULES[digits - DIGITS_MIN];
    }

    private static int firstFour(DigitGroups groups) {
        return (int) groups.number(0, 4);
    }

    private static boolean isCard(Scan scan, DigitGroups groups, int used) {
        int length = groups.total(used);
        boolean named = scan.isNamed(Topic.CARD, groups.start());
        return CardIssuers.isIssued(firstFour(groups), length, named)
                && (isPrinted(groups, used) || (isEven(groups, used) && isWholeRun(scan, groups, used)))
                && groups.isUniform(used)
                && (length > DIGITS_MIN || named)
                && groups.isLuhn(used)
                && standsFree(scan, groups, used);
    }

    /** Grouped as cards and banks print it. */
    static boolean isPrinted(DigitGroups groups, int used) {
        return switch (used) {
            case 1 -> true;
            case 2 -> groups.shapes(8, 8) || groups.shapes(6, 10) || groups.shapes(6, 13);
            case 3 -> groups.shapes(4, 6, 5) || groups.shapes(4, 6, 4) || groups.shapes(4, 4, 8);
            case 4, 5 -> groups.shapes(4, 4, 4) && groups.length(3) <= 4 && (used == 4 || groups.length(3) == 4);
            default -> false;
        };
    }

    /** Digits one by one or in pairs: only as a run of its own, because lists of numbers look alike. */
    private static boolean isEven(DigitGroups groups, int used) {
        for (int i = 0; i < used; i++) {
            if (groups.length(i) != groups.length(0) || groups.length(i) > 2) {
                return false;
            }
        }
        return true;
    }

    /** Whether no number but its date of expiry stands beside it. */
    private static boolean isWholeRun(Scan scan, DigitGroups groups, int used) {
        return (groups.count() == used || groups.isDateAt(used))
                && !DigitGroups.followsGroup(scan.text, groups.start());
    }

    /** Whether no letter or digit touches it, but for a word before it, and a word or the type of a literal behind it. */
    static boolean standsFree(Scan scan, DigitGroups groups, int used) {
        ScanText text = scan.text;
        int start = groups.start();
        int end = groups.end(used - 1);
        boolean opens =
                !text.isJoined(start - 1) || scan.isNameEnd(Topic.CARD, start) || Glue.isWordBefore(text, start);
        boolean closes =
                !text.isJoined(end) || text.matches(end, "cv") || Glue.isWordAt(text, end) || Glue.isType(text, end);
        boolean dotted = text.at(start - 1) == '.' && groups.separator(0) == '.';
        return opens && closes && !dotted && !groups.isDecimal(used);
    }
}
