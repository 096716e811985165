package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds the armour of private keys (PEM, OpenSSH, PGP); it starts at the first dash of {@code -----BEGIN}. */
final class KeyBlockDetector implements Detector {

    private static final String BEGIN = "-----begin ";
    private static final int LABEL_CHARS_MAX = 40;

    @Override
    public int detect(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.at(start - 1) == '-' || !text.matches(start, BEGIN)) {
            return start;
        }
        int label = start + BEGIN.length();
        for (int i = label; i - label < LABEL_CHARS_MAX && text.at(i) != '-' && text.at(i) != 0; i++) {
            if (text.matches(i, "private key")) {
                scan.found(FindingKind.PRIVATE_KEY, "private_key_block");
                return i;
            }
        }
        return start;
    }
}
