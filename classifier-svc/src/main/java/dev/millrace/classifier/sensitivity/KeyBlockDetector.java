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
    private static final int WORD_CHARS_MAX = 10;
    private static final int CLOSING_CHARS_MAX = 24;
    /** Lines are aligned, and comments stand between them. */
    private static final int GAP_CHARS_MAX = 200;
    /** So many characters of base64 are the first line of a key. */
    private static final int LINE_CHARS_MIN = 16;

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
            int labelEnd = i + "private key".length();
            if (text.matches(i, "private key") && !isLiteral(text, start, labelEnd) && !isNamed(text, labelEnd)) {
                scan.found(FindingKind.PRIVATE_KEY, "private_key_block");
                return labelEnd;
            }
        }
        return start;
    }

    /** Whether small letters of a sentence follow the line: somebody speaks of it. */
    private static boolean isNamed(ScanText text, int labelEnd) {
        int i = labelEnd;
        while (i - labelEnd < CLOSING_CHARS_MAX && (text.at(i) == '-' || ValueStart.isQuote(text.at(i)))) {
            i++;
        }
        int word = i + 1;
        int end = word;
        while (end - word < WORD_CHARS_MAX && text.isLetter(end) && !text.isUpper(end)) {
            end++;
        }
        return i > labelEnd && text.at(i) == ' ' && end > word && " ,.?".indexOf(text.at(end)) >= 0;
    }

    /** Whether the line is an argument of a call that nothing of a key follows: {@code startsWith("-----BEGIN …-----")}. */
    private static boolean isLiteral(ScanText text, int start, int labelEnd) {
        char quote = text.at(start - 1);
        int i = labelEnd;
        while (i - labelEnd < CLOSING_CHARS_MAX && (text.at(i) == '-' || text.at(i) == ' ' || text.isLetter(i))) {
            i++;
        }
        if (!ValueStart.isQuote(quote) || text.at(start - 2) != '(' || text.at(i) != quote) {
            return false;
        }
        int next = afterGap(text, i + 1);
        if (text.at(next) > 0
                && !text.isWord(next)
                && !ValueStart.isQuote(text.at(next))
                && ")]};|=:?!<".indexOf(text.at(next)) < 0) {
            return false;
        }
        int line = next + 1;
        while (line - next < LINE_CHARS_MIN && (text.isPlainWord(line) || "+/".indexOf(text.at(line)) >= 0)) {
            line++;
        }
        return !ValueStart.isQuote(text.at(next)) || line - next < LINE_CHARS_MIN;
    }

    /** The index after what joins two literals: signs, line ends, blanks, and comments at the ends of lines. */
    private static int afterGap(ScanText text, int start) {
        boolean comment = false;
        int i = start;
        while (i - start < GAP_CHARS_MAX && text.at(i) > 0) {
            comment = text.at(i) != '\n' && (comment || (text.at(i) == '/' && text.at(i + 1) == '/'));
            if (!comment && " ,+.&_\\\r\n\t".indexOf(text.at(i)) < 0) {
                break;
            }
            i++;
        }
        boolean prefixed = text.isLetter(i) && ValueStart.isQuote(text.at(i + 1));
        return prefixed ? i + 1 : i;
    }
}
