package dev.millrace.classifier.sensitivity;

import java.util.Map;

/**
 * Reads what stands for another character, so that data is found in whatever it was packed: the escapes of JSON and of most program
 * code, those of addresses ({@code %20}), and those of pages (the blank {@code nbsp} and its like, {@code CDATA}).
 *
 * <p>What is read is one number: how many characters it takes, and the one it stands for, which is {@link CharTable#DROPPED} for none.
 */
final class Encoded {

    /** Nothing is encoded at a place. */
    static final int NOTHING = 0;

    /** What encoded characters begin with. */
    static final Signs BEGINNINGS = Signs.of("\\%&<]");

    private static final int CHAR_BITS = 16;
    /** Text that is packed several times has several backslashes, or {@code %2525}. */
    private static final int LAYERS_MAX = 8;

    private static final int ENTITY_CHARS_MAX = 10;
    private static final String UNPARSED = "<![CDATA[";
    private static final String UNPARSED_END = "]]>";
    private static final int DELETE = 0x7f;
    private static final Map<String, Character> ENTITIES = Map.ofEntries(
            Map.entry("amp", '&'),
            Map.entry("lt", '<'),
            Map.entry("gt", '>'),
            Map.entry("quot", '"'),
            Map.entry("apos", '\''),
            Map.entry("nbsp", ' '),
            Map.entry("ensp", ' '),
            Map.entry("emsp", ' '),
            Map.entry("thinsp", ' '),
            Map.entry("Tab", ' '),
            Map.entry("NewLine", '\n'),
            Map.entry("shy", CharTable.DROPPED),
            Map.entry("zwj", CharTable.DROPPED),
            Map.entry("zwnj", CharTable.DROPPED),
            Map.entry("hyphen", '-'),
            Map.entry("dash", '-'),
            Map.entry("ndash", '-'),
            Map.entry("mdash", '-'),
            Map.entry("minus", '-'),
            Map.entry("middot", '.'),
            Map.entry("bull", '.'),
            Map.entry("period", '.'),
            Map.entry("comma", ','),
            Map.entry("colon", ':'),
            Map.entry("semi", ';'),
            Map.entry("equals", '='),
            Map.entry("plus", '+'),
            Map.entry("sol", '/'),
            Map.entry("lowbar", '_'),
            Map.entry("excl", '!'),
            Map.entry("num", '#'),
            Map.entry("dollar", '$'),
            Map.entry("percnt", '%'),
            Map.entry("commat", '@'),
            Map.entry("ast", '*'));

    /** The value of each hexadecimal digit, -1 for all other characters. */
    private static final byte[] HEX = new byte[128];

    static {
        for (int c = 0; c < HEX.length; c++) {
            HEX[c] = (byte) Character.digit(c, 16);
        }
    }

    private Encoded() {}

    /** What may stand behind one of {@link #BEGINNINGS} where it begins something. */
    static Signs followers(char beginning) {
        return switch (beginning) {
            case '\\' -> Signs.of("\\nrt\"'/ux");
            case '%' -> Signs.of("0123456789abcdefABCDEF");
            case '&' -> Signs.of("#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
            case '<' -> Signs.of("!");
            default -> Signs.of("]");
        };
    }

    /** What one of {@link #BEGINNINGS} begins, or {@link #NOTHING}. */
    static int at(char[] text, int index) {
        return switch (text[index]) {
            case '\\' -> escape(text, index);
            case '%' -> octet(text, index);
            case '&' -> entity(text, index);
            case '<' -> matches(text, index, UNPARSED) ? of(CharTable.DROPPED, UNPARSED.length()) : NOTHING;
            default -> matches(text, index, UNPARSED_END) ? of(CharTable.DROPPED, UNPARSED_END.length()) : NOTHING;
        };
    }

    /** So many characters stand for one. */
    static int of(int character, int length) {
        return (length << CHAR_BITS) | character;
    }

    static int length(int encoded) {
        return encoded >>> CHAR_BITS;
    }

    static char character(int encoded) {
        return (char) encoded;
    }

    private static int escape(char[] text, int start) {
        int i = start + 1;
        while (i - start < LAYERS_MAX && charAt(text, i) == '\\') {
            i++;
        }
        char kind = charAt(text, i);
        int length = i + 1 - start;
        return switch (kind) {
            // Before a letter two backslashes may begin the name of a host.
            case 'n', 'r' -> length == 2 ? of('\n', length) : NOTHING;
            case 't' -> length == 2 ? of(' ', length) : NOTHING;
            case '"', '\'', '/' -> of(kind, length);
            case 'u' -> charAt(text, i + 1) == '{' ? braced(text, start, i + 2) : hex(text, start, i + 1, 4);
            case 'x' -> hex(text, start, i + 1, 2);
            default -> NOTHING;
        };
    }

    /** So many hexadecimal digits from an index, of what began at another. */
    private static int hex(char[] text, int start, int from, int digits) {
        int value = hexAt(text, from, digits);
        return value >= 0 && (digits > 2 || isShown(value)) ? of(value, from + digits - start) : NOTHING;
    }

    /** The hexadecimal digits before a closing brace, {@code \\u{34}}. */
    private static int braced(char[] text, int start, int from) {
        int end = from;
        while (end - from < 4 && hexDigit(charAt(text, end)) >= 0) {
            end++;
        }
        int value = charAt(text, end) == '}' ? hexAt(text, from, end - from) : -1;
        return value > 0 ? of(value, end + 1 - start) : NOTHING;
    }

    /** An octet of an address, and those behind it that belong to the same character. */
    private static int octet(char[] text, int start) {
        int i = start + 1;
        while (i - start < 2 * LAYERS_MAX && charAt(text, i) == '2' && charAt(text, i + 1) == '5') {
            i += 2;
        }
        int value = hexAt(text, i, 2);
        if (value < 0) {
            return i > start + 1 ? of('%', i - start) : NOTHING;
        }
        if (value < 128) {
            return isShown(value) ? of(value == '\r' ? '\n' : value, i + 2 - start) : NOTHING;
        }
        int more = (value & 0xE0) == 0xC0 ? 1 : (value & 0xF0) == 0xE0 ? 2 : 0;
        int point = value & (0x3F >> more);
        for (int next = i + 2; more > 0 && next <= i + 2 + 3 * (more - 1); next += 3) {
            int octet = charAt(text, next) == '%' ? hexAt(text, next + 1, 2) : -1;
            if ((octet & 0xC0) != 0x80) {
                return NOTHING;
            }
            point = (point << 6) | (octet & 0x3F);
        }
        return more == 0 ? NOTHING : of(point, i + 2 + 3 * more - start);
    }

    private static int entity(char[] text, int start) {
        int i = start + 1;
        while (i - start < 4 * LAYERS_MAX && matches(text, i, "amp;") && isEntityStart(charAt(text, i + 4))) {
            i += 4;
        }
        int end = i;
        while (end - i < ENTITY_CHARS_MAX && charAt(text, end) != ';' && isEntityStart(charAt(text, end))) {
            end++;
        }
        if (charAt(text, end) != ';' || end == i) {
            return i > start + 1 ? of('&', i - start) : NOTHING;
        }
        int length = end + 1 - start;
        if (text[i] == '#') {
            int point = point(text, i + 1, end);
            return point > 0 && point < CharTable.DROPPED ? of(point, length) : NOTHING;
        }
        Character character = ENTITIES.get(new String(text, i, end - i));
        return character == null ? NOTHING : of(character, length);
    }

    private static boolean isEntityStart(char c) {
        return c == '#' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    /** The number of a character between two indexes, {@code 32} or {@code x20}; -1 where none stands there. */
    private static int point(char[] text, int start, int end) {
        boolean hex = charAt(text, start) == 'x' || charAt(text, start) == 'X';
        int value = 0;
        for (int i = hex ? start + 1 : start; i < end; i++) {
            int digit = hexDigit(text[i]);
            if (digit < 0 || (digit > 9 && !hex) || value > CharTable.DROPPED) {
                return -1;
            }
            value = value * (hex ? 16 : 10) + digit;
        }
        return value;
    }

    /** The value of so many hexadecimal digits, -1 where others stand there. */
    private static int hexAt(char[] text, int start, int digits) {
        int value = 0;
        for (int i = start; i < start + digits; i++) {
            int digit = hexDigit(charAt(text, i));
            if (digit < 0) {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    private static int hexDigit(char c) {
        return c < HEX.length ? HEX[c] : -1;
    }

    /** Whether a character of ASCII is one of a text: control characters are more likely no characters at all. */
    private static boolean isShown(int value) {
        return value == '\n' || value == '\r' || value == '\t' || (value >= ' ' && value < DELETE);
    }

    private static boolean matches(char[] text, int index, String expected) {
        int i = 0;
        while (i < expected.length() && charAt(text, index + i) == expected.charAt(i)) {
            i++;
        }
        return i == expected.length();
    }

    private static char charAt(char[] text, int index) {
        return index < text.length ? text[index] : 0;
    }
}
