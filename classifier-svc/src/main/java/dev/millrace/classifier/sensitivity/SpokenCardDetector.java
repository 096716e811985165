package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds card numbers that are spoken digit by digit: nothing but the digits of one card may follow one another. */
final class SpokenCardDetector {

    private static final int DIGITS_MIN = 14;
    private static final int DIGITS_MAX = 19;
    private static final int PAUSE_CHARS_MAX = 4;
    private static final Signs PAUSES = Signs.of(" ,-.;\n");
    private static final int FOUR = 4;

    int detect(Scan scan, int start) {
        if (start < scan.spokenEnd() || SpokenDigits.at(scan.text, start) == SpokenDigits.NONE) {
            return start;
        }
        int size = 0;
        int times = 1;
        int end = start;
        int i = start;
        for (int read = SpokenDigits.at(scan.text, i);
                read != SpokenDigits.NONE;
                read = SpokenDigits.at(scan.text, i)) {
            end = i + SpokenDigits.length(read);
            int meaning = SpokenDigits.meaning(read);
            for (; meaning >= '0' && times > 0; times--) {
                scan.code[Math.min(size++, DIGITS_MAX)] = (char) meaning;
            }
            times = meaning >= '0' ? 1 : meaning;
            i = pauseEnd(scan.text, end);
        }
        scan.readSpoken(end);
        if (!isCard(scan.code, size)) {
            return start;
        }
        scan.found(FindingKind.PAYMENT_CARD, CardDetector.rule(size));
        return end;
    }

    private static boolean isCard(char[] digits, int size) {
        if (size < DIGITS_MIN || size > DIGITS_MAX) {
            return false;
        }
        int first = 0;
        for (int i = 0; i < FOUR; i++) {
            first = first * 10 + digits[i] - '0';
        }
        return CardIssuers.isIssued(first, size, false) && Checksums.luhn(digits, 0, size);
    }

    private static int pauseEnd(ScanText text, int start) {
        int i = start;
        while (i - start < PAUSE_CHARS_MAX && PAUSES.hold(text.at(i))) {
            i++;
        }
        return i;
    }
}
