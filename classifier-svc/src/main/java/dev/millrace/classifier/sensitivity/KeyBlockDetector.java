package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds the armour of private keys (PEM, OpenSSH, PGP, SSH2); it starts at the first dash of {@code -----BEGIN}. A line that a
 * diff takes out has one more dash, and editors make one long dash of two.
 */
final class KeyBlockDetector {

    private static final int DASHES_MIN = 2;
    private static final String BEGIN = "begin ";
    private static final String PRIVATE_KEY = "private key";
    private static final int LABEL_CHARS_MAX = 40;
    private static final int WORD_CHARS_MAX = 10;
    private static final int CLOSING_CHARS_MAX = 24;
    /** Lines are aligned, and comments stand between them. */
    private static final int GAP_CHARS_MAX = 200;
    /** So many characters of base64 are the first line of a key. */
    private static final int LINE_CHARS_MIN = 16;

    /** Adds what stands before the name of a private key. */
    static void addTo(WordHeads heads) {
        heads.addPhrase(BEGIN.trim());
    }

    int detect(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.at(start - 1) == '-' || (text.at(start - 1) == ' ' && text.at(start - 2) == '-')) {
            return start;
        }
        int dashes = 0;
        int begin = start;
        while (text.at(begin) == '-' || (text.at(begin) == ' ' && text.at(begin + 1) == '-')) {
            dashes += text.at(begin) == '-' ? 1 : 0;
            begin++;
        }
        begin += isBlank(text.at(begin)) ? 1 : 0;
        int labelEnd = dashes < DASHES_MIN ? -1 : labelEnd(text, begin);
        boolean block = labelEnd > 0 && !isLiteral(text, start, labelEnd) && !isNamed(text, labelEnd);
        return block ? found(scan, labelEnd) : start;
    }

    /** The word "begin" at an index with the name of a private key, and base64 behind it: somebody left the dashes out. */
    int bare(Scan scan, int start) {
        ScanText text = scan.text;
        int labelEnd = labelEnd(text, start);
        if (labelEnd < 0) {
            return start;
        }
        int line = labelEnd;
        while (line - labelEnd < CLOSING_CHARS_MAX && text.at(line) > 0 && !text.isWord(line)) {
            line++;
        }
        return lineLength(text, line) < LINE_CHARS_MIN ? start : found(scan, labelEnd);
    }

    private static int found(Scan scan, int labelEnd) {
        scan.found(FindingKind.PRIVATE_KEY, "private_key_block");
        scan.readKeyBlock(labelEnd);
        return labelEnd;
    }

    /** The index behind the name of a private key that "begin" leads to from an index, or -1. */
    private static int labelEnd(ScanText text, int begin) {
        if (!matches(text, begin, BEGIN)) {
            return -1;
        }
        int label = begin + BEGIN.length();
        for (int i = label; i - label < LABEL_CHARS_MAX && text.at(i) != '-' && text.at(i) != 0; i++) {
            if (text.lowerAt(i) == 'p' && matches(text, i, PRIVATE_KEY)) {
                return i + PRIVATE_KEY.length();
            }
        }
        return -1;
    }

    /** Whether some words stand at an index, with what addresses and names write for a blank. */
    private static boolean matches(ScanText text, int index, String words) {
        int i = 0;
        while (i < words.length()
                && (words.charAt(i) == ' '
                        ? isBlank(text.at(index + i))
                        : text.lowerAt(index + i) == words.charAt(i))) {
            i++;
        }
        return i == words.length();
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '+' || c == '_' || c == '\n';
    }

    /** How many characters of base64 stand at an index, as many as the first line of a key has at most. */
    private static int lineLength(ScanText text, int start) {
        int i = start;
        while (i - start < LINE_CHARS_MIN && (text.isPlainWord(i) || "+/".indexOf(text.at(i)) >= 0)) {
            i++;
        }
        return i - start;
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
        return !ValueStart.isQuote(text.at(next)) || lineLength(text, next + 1) < LINE_CHARS_MIN - 1;
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
