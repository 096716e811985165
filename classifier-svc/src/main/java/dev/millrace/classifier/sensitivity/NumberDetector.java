package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Looks at each run of digits: card, national number, then telephone number, because a card would pass as a phone. */
final class NumberDetector {

    private static final int DIGITS_MIN = 7;
    private static final int SHORT_GROUP_DIGITS = 2;
    /** One more than the longest run of digits that means something by its length. */
    private static final int DIGITS_READ_MAX = MixedNumberDetector.DIGITS_MAX + 1;

    private final MixedNumberDetector mixed = new MixedNumberDetector();

    int detect(Scan scan, int start) {
        int digits = digits(scan.text, start);
        if (isInsideList(scan.text, start, digits)) {
            return start;
        }
        int end = mixed.detect(scan, start, digits);
        if (end > start) {
            return end;
        }
        int card = scan.isNamed(Topic.CARD, start) ? namedCard(scan, start) : start;
        if (card > start) {
            return card;
        }
        int parted = PartedCardDetector.detect(scan, start, digits);
        if (parted > start) {
            return parted;
        }
        if (digits < DIGITS_MIN && !DigitGroups.goesOn(scan.text, start + digits)) {
            return start + digits;
        }
        DigitGroups groups = scan.groups;
        groups.read(start);
        return groups.total(groups.count()) < DIGITS_MIN ? groups.end(0) : numberEnd(scan, groups);
    }

    /** How many digits stand at an index, as many as any detector asks for at most. */
    private static int digits(ScanText text, int start) {
        int end = start + 1;
        while (end - start < DIGITS_READ_MAX && text.isDigit(end)) {
            end++;
        }
        return end - start;
    }

    /** A card whose name stands before it, with any separators. */
    private static int namedCard(Scan scan, int start) {
        DigitGroups groups = scan.namedGroups;
        groups.read(start);
        int used = CardDetector.detect(scan, groups);
        return used == 0 ? start : groups.end(used - 1);
    }

    /** A short group behind another group begins no number; skipping it keeps lists of small numbers cheap. */
    private static boolean isInsideList(ScanText text, int start, int digits) {
        return digits <= SHORT_GROUP_DIGITS && DigitGroups.followsGroup(text, start);
    }

    private static int numberEnd(Scan scan, DigitGroups groups) {
        int used = CardDetector.detect(scan, groups);
        if (used == 0) {
            used = NationalNumberDetector.detect(scan, groups);
        }
        return used == 0 ? phoneEnd(scan, groups) : groups.end(used - 1);
    }

    /** The index after a telephone number, or after the card that follows one or a time, or after the first group. */
    private static int phoneEnd(Scan scan, DigitGroups groups) {
        int one = groups.end(0);
        String rule = PhoneDetector.rule(scan, groups.start());
        int used = PhoneDetector.detect(scan, groups);
        if (used == 0) {
            return one;
        }
        int end = groups.end(used - 1);
        int digits = groups.length(0);
        while (groups.count() > 1 && groups.start(1) < end) {
            groups.read(groups.start(1));
            int card = CardDetector.detect(scan, groups);
            if (card > 0) {
                report(scan, rule, digits);
                return groups.end(card - 1);
            }
            digits += groups.length(0);
        }
        report(scan, rule, digits);
        return end;
    }

    private static void report(Scan scan, String rule, int digits) {
        if (digits >= DIGITS_MIN) {
            scan.found(FindingKind.PHONE, rule);
        }
    }
}
