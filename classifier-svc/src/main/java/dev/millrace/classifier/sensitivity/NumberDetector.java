package dev.millrace.classifier.sensitivity;

/** Looks at each run of digits: card, national number, then telephone number, because a card would pass as a phone. */
final class NumberDetector implements Detector {

    private static final int DIGITS_MIN = 7;
    private static final int SHORT_GROUP_DIGITS = 2;

    private final Detector mixed = new MixedNumberDetector();

    @Override
    public int detect(Scan scan, int start) {
        if (isInsideList(scan.text, start)) {
            return start;
        }
        int end = mixed.detect(scan, start);
        if (end > start) {
            return end;
        }
        DigitGroups groups = scan.groups;
        groups.read(start);
        int used = groups.total(groups.count()) < DIGITS_MIN ? 0 : usedGroups(scan, groups);
        return groups.end(Math.max(used, 1) - 1);
    }

    /** A short group behind another group begins no number; skipping it keeps lists of small numbers cheap. */
    private static boolean isInsideList(ScanText text, int start) {
        int length = 1;
        while (length <= SHORT_GROUP_DIGITS && text.isDigit(start + length)) {
            length++;
        }
        return length <= SHORT_GROUP_DIGITS && DigitGroups.followsGroup(text, start);
    }

    private static int usedGroups(Scan scan, DigitGroups groups) {
        int used = CardDetector.detect(scan, groups);
        if (used == 0) {
            used = NationalNumberDetector.detect(scan, groups);
        }
        return used == 0 ? PhoneDetector.detect(scan, groups) : used;
    }
}
