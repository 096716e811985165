package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds the few digits of a PIN behind its name: a sign where the name has capitals, or "is", must stand between. */
final class PinDetector {

    private static final int DIGITS_MIN = 4;
    private static final int DIGITS_MAX = 8;

    private PinDetector() {}

    /** The word "PIN" stands between two indexes: some digits may follow a sign, or "is". */
    static int pin(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        int value = text.isUpper(nameStart) ? ValueStart.afterSign(text, after) : after;
        value = value == after ? ValueStart.afterCopula(text, after) : value;
        value = value == after ? ValueStart.afterPurpose(text, after) : value;
        int end = value;
        boolean rising = true;
        boolean same = true;
        while (end - value <= DIGITS_MAX && text.isDigit(end)) {
            rising &= text.at(end) - text.at(value) == end - value;
            same &= text.at(end) == text.at(value);
            end++;
        }
        int digits = end - value;
        boolean free = !text.isWord(end) && (text.at(end) <= ' ' || !text.isWord(end + 1)) && !isCounted(text, end);
        if (value == after || digits < DIGITS_MIN || digits > DIGITS_MAX || rising || same || !free) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "pin");
        return end;
    }

    private static boolean isCounted(ScanText text, int end) {
        return text.matches(end, " digit") || text.matches(end, " characters");
    }
}
