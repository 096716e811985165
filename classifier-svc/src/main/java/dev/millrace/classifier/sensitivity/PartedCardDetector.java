package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds card numbers in parts: the entries of a list, the cells of a row, the elements of a page, the fields of a form. All numbers of
 * the list must be the card's, and the same must stand between them, because lists of numbers look alike.
 */
final class PartedCardDetector {

    private static final int DIGITS_MIN = 14;
    private static final int DIGITS_MAX = 19;
    private static final int FOUR = 4;
    private static final int PART_DIGITS_MAX = 8;
    private static final int JOINT_CHARS_MAX = 56;
    /** So short joints have no number of an entry in them. */
    private static final int PLAIN_JOINT_CHARS_MAX = 3;
    /** What stands between the numbers of rows and columns. */
    private static final String ROWS = ",;|\n\t";

    private PartedCardDetector() {}

    /** The index after the card whose first part, of so many digits, begins at an index, or that index. */
    static int detect(Scan scan, int start, int digits) {
        char first = scan.text.at(start);
        DigitGroups groups = scan.partGroups;
        if (first < '2'
                || first > '6'
                || start < scan.partsRead()
                || !isPart(digits)
                || scan.text.isWord(start + digits)
                || isCodeBefore(scan.text, start)
                || isInRow(scan.text, start)
                || groups.isBetween(start)) {
            return start;
        }
        groups.read(start, 2);
        int partsMax = partsMax(groups);
        if (partsMax == 1) {
            return start;
        }
        groups.read(start, partsMax);
        scan.readParts(rowEnd(groups));
        boolean row = groups.count() > DIGITS_MAX;
        if (row || groups.total(groups.count()) < DIGITS_MIN || !CardIssuers.isIssued(firstFour(groups))) {
            return start;
        }
        for (int used = 2; used < partsMax && used <= groups.count() && groups.total(used) <= DIGITS_MAX; used++) {
            if (groups.total(used) >= DIGITS_MIN && isCard(scan, groups, used)) {
                scan.found(FindingKind.PAYMENT_CARD, CardDetector.rule(groups.total(used)));
                return groups.end(used - 1);
            }
        }
        return start;
    }

    /** Whether one sign stands on both sides of a digit, and digits beyond it: as {@link #follows} tells, no card begins. */
    private static boolean isInRow(ScanText text, int start) {
        char sign = text.at(start + 1);
        return sign == text.at(start - 1)
                && text.isDigit(start + 2)
                && text.isDigit(start - 2)
                && (Joints.isSign(sign)
                        || (Joints.end(text, start - 1) == start && Joints.end(text, start + 1) == start + 2));
    }

    /** Whether a lone letter touches a number: it is no word, so that the number stands in a code. */
    private static boolean isCodeBefore(ScanText text, int start) {
        return text.isJoined(start - 1) && !text.isLetter(start - 2);
    }

    /** Up to which index no card begins: the last part that has the same short joint before and behind it. */
    private static int rowEnd(DigitGroups groups) {
        int last = 0;
        while (last + 1 < groups.count()
                && groups.separator(last + 1) == groups.separator(0)
                && groups.start(last + 1) - groups.end(last) <= PLAIN_JOINT_CHARS_MAX) {
            last++;
        }
        return groups.start(last) + 1;
    }

    /** Whether the first part of a card has so many digits. */
    private static boolean isPart(int digits) {
        return digits == 1 || digits == FOUR || digits == 6 || digits == PART_DIGITS_MAX;
    }

    /** How many parts a number may have, and one more, by the lengths of the first two. */
    private static int partsMax(DigitGroups groups) {
        return switch (groups.length(0)) {
            case 1 -> groups.length(1) == 1 ? DIGITS_MAX + 1 : 1;
            case FOUR -> groups.length(1) == FOUR ? FOUR + 2 : groups.length(1) == 6 ? FOUR : 1;
            case 6, 8 -> groups.length(1) >= 8 ? 3 : 1;
            default -> 1;
        };
    }

    private static int firstFour(DigitGroups groups) {
        return (int) groups.number(0, FOUR);
    }

    private static boolean isCard(Scan scan, DigitGroups groups, int used) {
        boolean goesOn = groups.count() > used && groups.separator(used - 1) == groups.separator(0);
        return !goesOn
                && CardIssuers.isIssued(firstFour(groups), groups.total(used), scan.isNamed(Topic.CARD, groups.start()))
                && (CardDetector.isPrinted(groups, used) || isSpelt(scan, groups, used))
                && groups.isLuhn(used)
                && (isAlike(scan, groups, used) || isInLines(scan.text, groups, used))
                && !follows(scan.text, groups.start(), groups.separator(0))
                && CardDetector.standsFree(scan, groups, used);
    }

    /** One digit a part: behind a comma only where a word for a card stands near, because rows of small numbers look alike. */
    private static boolean isSpelt(Scan scan, DigitGroups groups, int used) {
        for (int i = 0; i < used; i++) {
            if (groups.length(i) != 1) {
                return false;
            }
        }
        return ROWS.indexOf(groups.separator(0)) < 0 || scan.isNamed(Topic.CARD, groups.start());
    }

    /** The same stands between all parts; two long ones behind a comma or a line end are more often two numbers. */
    private static boolean isAlike(Scan scan, DigitGroups groups, int used) {
        char joint = groups.separator(0);
        for (int i = 1; i < used - 1; i++) {
            if (groups.separator(i) != joint) {
                return false;
            }
        }
        return used > 2 || ROWS.indexOf(joint) < 0 || scan.isNamed(Topic.CARD, groups.start());
    }

    /** Two parts a line, of four. */
    private static boolean isInLines(ScanText text, DigitGroups groups, int used) {
        char within = groups.separator(0);
        return used == FOUR
                && (within == ' ' || within == '-')
                && groups.separator(2) == within
                && (groups.count() == FOUR || groups.separator(FOUR - 1) != groups.separator(1))
                && !follows(text, groups.start(), groups.separator(1));
    }

    /** Whether a number stands before an index, and such a joint between. */
    private static boolean follows(ScanText text, int start, char joint) {
        int end = start;
        while (start - end < JOINT_CHARS_MAX && end > 0 && !text.isDigit(end - 1)) {
            end--;
        }
        return end < start
                && text.isDigit(end - 1)
                && Joints.end(text, end) == start
                && Joints.kind(text, end, start) == joint;
    }
}
