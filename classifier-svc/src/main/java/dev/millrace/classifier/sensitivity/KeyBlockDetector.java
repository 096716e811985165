package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds the armour of private keys (PEM, OpenSSH, PGP, SSH2); it starts at the first dash of {@code -----BEGIN}. A line that a
 * diff takes out has one more dash, and editors make one long dash of two.
 */
final class KeyBlockDetector implements Detector {

    private static final int DASHES_MIN = 2;
    private static final String BEGIN = "begin ";
    private static final int LABEL_CHARS_MAX = 40;

    @Override
    public int detect(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.at(start - 1) == '-') {
            return start;
        }
        int begin = start;
        while (text.at(begin) == '-') {
            begin++;
        }
        boolean dashed = begin - start >= DASHES_MIN;
        begin += text.at(begin) == ' ' ? 1 : 0;
        if (!dashed || !text.matches(begin, BEGIN)) {
            return start;
        }
        int label = begin + BEGIN.length();
        for (int i = label; i - label < LABEL_CHARS_MAX && text.at(i) != '-' && text.at(i) != 0; i++) {
            if (text.matches(i, "private key")) {
                scan.found(FindingKind.PRIVATE_KEY, "private_key_block");
                return i;
            }
        }
        return start;
    }
}
