package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds the armour of private keys (PEM, OpenSSH, PGP, SSH2); it starts at the first dash of {@code -----BEGIN}. */
final class KeyBlockDetector implements Detector {

    private static final String DASHES = "----";
    private static final String BEGIN = "begin ";
    private static final int LABEL_CHARS_MAX = 40;

    @Override
    public int detect(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.at(start - 1) == '-' || !text.matches(start, DASHES)) {
            return start;
        }
        int begin = start + DASHES.length();
        begin += text.at(begin) == '-' || text.at(begin) == ' ' ? 1 : 0;
        if (!text.matches(begin, BEGIN)) {
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
