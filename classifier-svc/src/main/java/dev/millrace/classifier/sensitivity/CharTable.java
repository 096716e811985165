package dev.millrace.classifier.sensitivity;

import java.text.Normalizer;

/**
 * What each character of the basic plane is to the scanner, worked out once: its plain form and its kinds as a mask of bits.
 *
 * <p>A scan asks several times a character, so the answer is an array read instead of a search through Unicode's tables.
 */
final class CharTable {

    /** A letter of any script. */
    static final int LETTER = 1;

    static final int UPPER = 1 << 1;

    /** One of the plain digits 0 to 9. */
    static final int DIGIT = 1 << 2;

    /** A letter of a script written without blanks, or with endings grown onto foreign words: it bounds no word. */
    static final int UNSPACED = 1 << 3;

    /** A character of keys: ASCII letter, digit, dash, underscore. */
    static final int KEY = 1 << 4;

    /** A character of tokens: those of keys and {@code . ~ + / =}. */
    static final int TOKEN = 1 << 5;

    /** A sign that a detector begins at. */
    static final int SIGN = 1 << 6;

    /** A small letter that a name within a word begins with. */
    static final int INNER = 1 << 7;

    /** The plain form of what is left out of a text. */
    private static final char DROPPED = '\uffff';

    private static final char UNKNOWN = '\ufffd';
    private static final char[] PLAIN = new char[1 << 16];
    private static final byte[] KINDS = new byte[1 << 16];

    static {
        for (int point = 0; point < PLAIN.length; point++) {
            PLAIN[point] = plainOf(point);
            KINDS[point] = (byte) kindsOf((char) point);
        }
    }

    private CharTable() {}

    /** The kinds of a character in its plain form. */
    static int kinds(char c) {
        return KINDS[c] & 0xff;
    }

    /** The plain form of a character, -1 for one that is invisible. */
    static int plain(char c) {
        char plain = PLAIN[c];
        return plain == DROPPED ? -1 : plain;
    }

    /** The plain form of a code point beyond the basic plane. */
    static int plainBeyond(int point) {
        char plain = plainOf(point);
        return plain == DROPPED ? -1 : plain;
    }

    private static char plainOf(int point) {
        if (point < 128) {
            return (char) point;
        }
        int digit = digitOf(point);
        if (digit >= 0) {
            return (char) ('0' + digit);
        }
        if (isBeside(point)) {
            return DROPPED;
        }
        if (point >= 0xFF01 && point <= 0xFF5E) {
            return (char) (point - 0xFEE0);
        }
        return switch (Character.getType(point)) {
            case Character.FORMAT -> DROPPED;
            case Character.SPACE_SEPARATOR -> ' ';
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> '\n';
            case Character.DASH_PUNCTUATION -> '-';
            default -> plainPunctuation(point);
        };
    }

    /** Whether a mark has no look of its own: those that choose a form, join letters, or draw a key around a digit. */
    private static boolean isBeside(int point) {
        return (point >= 0xFE00 && point <= 0xFE0F) || point == 0x20E3 || point == 0x034F;
    }

    /** The value of a digit of any script, of a circled or of a raised one; -1 for all else. */
    private static int digitOf(int point) {
        int digit = Character.digit(point, 10);
        if (digit < 0 && Character.getType(point) == Character.OTHER_NUMBER) {
            String plain = Normalizer.normalize(Character.toString(point), Normalizer.Form.NFKC);
            return plain.length() == 1 ? Character.digit(plain.charAt(0), 10) : -1;
        }
        return digit;
    }

    private static char plainPunctuation(int point) {
        return switch (point) {
            case 0x2212 -> '-';
            case 0xB7, 0x2022, 0x2027, 0x30FB -> '.';
            case 0x2018, 0x2019 -> '\'';
            case 0x201C, 0x201D, 0x201E, 0xAB, 0xBB, 0x300C, 0x300D -> '"';
            default -> point > 0xFFFF ? UNKNOWN : (char) point;
        };
    }

    private static int kindsOf(char c) {
        int kinds = 0;
        boolean ascii = c < 128;
        if (c >= '0' && c <= '9') {
            kinds |= DIGIT;
        }
        if (Character.isLetter(c)) {
            kinds |= LETTER | (Character.isUpperCase(c) ? UPPER : 0) | (isUnspaced(c) ? UNSPACED : 0);
        }
        if (ascii && (Character.isLetterOrDigit(c) || c == '-' || c == '_')) {
            kinds |= KEY | TOKEN;
        }
        if (".~+/=".indexOf(c) >= 0) {
            kinds |= TOKEN;
        }
        if (c == 'p' || c == 'k') {
            kinds |= INNER;
        }
        return "@:-".indexOf(c) >= 0 ? kinds | SIGN : kinds;
    }

    private static boolean isUnspaced(char c) {
        return switch (Character.UnicodeScript.of(c)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL, THAI, LAO, KHMER, MYANMAR -> true;
            default -> c == '\u30fc';
        };
    }
}
