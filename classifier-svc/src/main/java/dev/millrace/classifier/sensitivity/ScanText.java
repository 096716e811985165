package dev.millrace.classifier.sensitivity;

/**
 * A text in the form the detectors read: any script's digits and full-width letters are ASCII, dashes and blanks are the
 * plain ones, invisible characters are gone, and JSON's escapes are what they stand for.
 *
 * <p>Case is kept. Reading past either end gives the character 0, so that detectors need no bounds checks.
 */
final class ScanText {

    private final char[] chars;
    private final int length;

    private ScanText(char[] chars, int length) {
        this.chars = chars;
        this.length = length;
    }

    /** Returns the plain form of a text, in one pass. */
    static ScanText of(String text) {
        char[] plain = new char[text.length()];
        int size = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                int escape = Escapes.plainCharAt(text, i);
                if (escape >= 0) {
                    i += Escapes.lengthAt(text, i) - 1;
                    c = (char) escape;
                }
            }
            int kept = c < 128 ? c : plainCodePoint(text, i, c);
            if (kept >= 0) {
                plain[size++] = (char) kept;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            }
        }
        return new ScanText(plain, size);
    }

    /** Length in plain characters. */
    int length() {
        return length;
    }

    /** The character at an index, 0 outside the text. */
    char at(int index) {
        return index < 0 || index >= length ? 0 : chars[index];
    }

    /** The character at an index in lower case. */
    char lowerAt(int index) {
        char c = at(index);
        return c < 128 ? (c >= 'A' && c <= 'Z' ? (char) (c + 32) : c) : Character.toLowerCase(c);
    }

    boolean isDigit(int index) {
        char c = at(index);
        return c >= '0' && c <= '9';
    }

    boolean isUpper(int index) {
        char c = at(index);
        return c < 128 ? c >= 'A' && c <= 'Z' : Character.isUpperCase(c);
    }

    boolean isLetter(int index) {
        char c = at(index);
        return c < 128 ? (c | 32) >= 'a' && (c | 32) <= 'z' : Character.isLetter(c);
    }

    boolean isWord(int index) {
        return isDigit(index) || isLetter(index);
    }

    /** Whether a lower-case ASCII string stands at an index, in any case. */
    boolean matches(int index, String lower) {
        for (int i = 0; i < lower.length(); i++) {
            if (lowerAt(index + i) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The first index from a start that holds no blank (line ends are no blanks). */
    int skipBlanks(int start) {
        int i = start;
        while (at(i) == ' ' || at(i) == '\t') {
            i++;
        }
        return i;
    }

    private static int plainCodePoint(String text, int index, char c) {
        int point = Character.isHighSurrogate(c) ? text.codePointAt(index) : c;
        int digit = Character.digit(point, 10);
        if (digit >= 0) {
            return '0' + digit;
        }
        if (point >= 0xFF01 && point <= 0xFF5E) {
            return point - 0xFEE0;
        }
        return switch (Character.getType(point)) {
            case Character.FORMAT -> -1;
            case Character.SPACE_SEPARATOR -> ' ';
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> '\n';
            case Character.DASH_PUNCTUATION -> '-';
            default -> plainPunctuation(point);
        };
    }

    private static int plainPunctuation(int point) {
        return switch (point) {
            case 0x2212 -> '-';
            case 0x2018, 0x2019 -> '\'';
            case 0x201C, 0x201D, 0x201E, 0xAB, 0xBB -> '"';
            default -> point > 0xFFFF ? 0xFFFD : point;
        };
    }
}
