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
    static final char DROPPED = '\uffff';

    private static final String LOOK_ALIKES =
            "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0458\u0455\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u041e\u0420\u0422\u0425\u0406"
                    + "\u03bf\u03b1\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7";
    private static final String LATIN = "aceopxyijsABCEHKMOPTXI" + "oaABEZHIKMNOPTX";

    /** The first Greek letter; the last Cyrillic one is less than {@link #LOOKS} is long behind it. */
    private static final char LOOKS_START = '\u0370';

    private static final char[] LOOKS = new char[0x190];
    private static final char UNKNOWN = '\ufffd';
    private static final char[] PLAIN = new char[1 << 16];
    private static final byte[] KINDS = new byte[1 << 16];

    static {
        for (int point = 0; point < PLAIN.length; point++) {
            PLAIN[point] = plainOf(point);
            KINDS[point] = (byte) kindsOf((char) point);
        }
        for (int i = 0; i < LATIN.length(); i++) {
            LOOKS[LOOK_ALIKES.charAt(i) - LOOKS_START] = LATIN.charAt(i);
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
        char letter = letterOf(point);
        if (letter > 0) {
            return letter;
        }
        return switch (Character.getType(point)) {
            case Character.FORMAT -> DROPPED;
            case Character.SPACE_SEPARATOR -> ' ';
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> '\n';
            case Character.DASH_PUNCTUATION -> '-';
            default -> plainPunctuation(point);
        };
    }

    /** Whether a mark has no look of its own: those that choose a form, join letters, draw a key around a digit, or strike it through. */
    private static boolean isBeside(int point) {
        return (point >= 0xFE00 && point <= 0xFE0F)
                || (point >= 0x0332 && point <= 0x0338)
                || point == 0x20E3
                || point == 0x034F
                || point == 0x3164;
    }

    /** The Latin letter that a letter of mathematics, a circled or a squared one stands for; 0 for all else. */
    private static char letterOf(int point) {
        boolean styled = (point >= 0x2102 && point <= 0x2149)
                || (point >= 0x24B6 && point <= 0x24E9)
                || (point >= 0x1D400 && point <= 0x1D6A3)
                || (point >= 0x1F130 && point <= 0x1F149);
        String plain = styled ? Normalizer.normalize(Character.toString(point), Normalizer.Form.NFKC) : "";
        return plain.length() == 1 && plain.charAt(0) < 128 ? plain.charAt(0) : 0;
    }

    /** The Latin letter that a Greek or Cyrillic one is drawn as; 0 for all else. */
    static char lookAlike(char c) {
        int place = c - LOOKS_START;
        return place < 0 || place >= LOOKS.length ? 0 : LOOKS[place];
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
