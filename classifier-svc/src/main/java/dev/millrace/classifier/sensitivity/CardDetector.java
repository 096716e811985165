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
        if (groups.total(groups.count()) < DIGITS_MIN || !CardIssuers.isIssued(groups.firstFour())) {
            return 0;
        }
        for (int used = 1; used <= groups.count() && groups.total(used) <= DIGITS_MAX; used++) {
            if (groups.total(used) >= DIGITS_MIN && isCard(scan, groups, used)) {
                scan.found(FindingKind.PAYMENT_CARD, RULES[groups.total(used) - DIGITS_MIN]);
                return used;
            }
        }
        return 0;
    }

    private static boolean isCard(Scan scan, DigitGroups groups, int used) {
        int length = groups.total(used);
        return CardIssuers.isIssued(groups.firstFour(), length)
                && isGroupedLikeCard(scan, groups, used)
                && groups.isUniform(used)
                && groups.standsFree(used)
                && (length > DIGITS_MIN || scan.isNamed(Topic.CARD, groups.start()))
                && groups.isLuhn(used);
    }

    private static boolean isGroupedLikeCard(Scan scan, DigitGroups groups, int used) {
        return switch (used) {
            case 1 -> true;
            case 2 -> groups.shapes(8, 8);
            case 3 -> groups.shapes(4, 6, 5) || groups.shapes(4, 6, 4);
            case 4, 5 -> groups.shapes(4, 4, 4) && groups.length(3) <= 4 && (used == 4 || groups.length(3) == 4);
            default -> isEven(groups, used) && isWholeRun(scan, groups, used);
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

    private static boolean isWholeRun(Scan scan, DigitGroups groups, int used) {
        return groups.count() == used && !DigitGroups.followsGroup(scan.text, groups.start());
    }
}
