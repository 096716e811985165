package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds payment card numbers: issuer prefix, length, grouping as printed on cards, and Luhn's sum. */
final class CardDetector {

    private static final int DIGITS_MIN = 13;
    private static final int DIGITS_MAX = 19;

    private CardDetector() {}

    /** Returns how many of the groups form a card number, 0 for none. */
    static int detect(Scan scan, DigitGroups groups) {
        for (int used = 1; used <= groups.count() && groups.total(used) <= DIGITS_MAX; used++) {
            if (groups.total(used) >= DIGITS_MIN && isCard(scan, groups, used)) {
                scan.found(FindingKind.PAYMENT_CARD, "luhn_" + groups.total(used));
                return used;
            }
        }
        return 0;
    }

    private static boolean isCard(Scan scan, DigitGroups groups, int used) {
        if (!isGroupedLikeCard(scan, groups, used) || !groups.isUniform(used) || !groups.standsFree(used)) {
            return false;
        }
        String digits = groups.digits(used);
        return isIssued(digits)
                && (digits.length() > DIGITS_MIN || scan.isNamed(Topic.CARD, groups.start()))
                && Checksums.luhn(digits);
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

    /** Whether an issuer gives out numbers of this prefix and length. */
    private static boolean isIssued(String digits) {
        int length = digits.length();
        int two = Integer.parseInt(digits.substring(0, 2));
        int four = Integer.parseInt(digits.substring(0, 4));
        if (two / 10 == 4) {
            return length == 13 || length == 16 || length == 19;
        }
        if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720) || (four >= 2200 && four <= 2204)) {
            return length == 16;
        }
        if (two == 34 || two == 37) {
            return length == 15;
        }
        if ((four >= 3000 && four <= 3059) || two == 36 || two == 38 || two == 39) {
            return length == 14;
        }
        boolean maestro = four == 5018
                || four == 5020
                || four == 5038
                || four == 5893
                || four == 6304
                || four == 6759
                || (four >= 6761 && four <= 6763);
        boolean others = four == 6011 || (four >= 6440 && four <= 6599) || (four >= 3528 && four <= 3589) || two == 62;
        return maestro || (others && length >= 16);
    }
}
