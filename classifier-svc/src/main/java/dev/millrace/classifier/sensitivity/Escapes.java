package dev.millrace.classifier.sensitivity;

/** Reads the escapes of JSON and of most program code, so that data inside string literals is found too. */
final class Escapes {

    private static final int UNICODE_LENGTH = 6;

    private Escapes() {}

    /** Returns the character an escape at a backslash stands for, -1 where there is none. */
    static int plainCharAt(char[] text, int backslash) {
        char kind = backslash + 1 < text.length ? text[backslash + 1] : 0;
        return switch (kind) {
            case 'n', 'r' -> '\n';
            case 't' -> ' ';
            case '"', '\'', '/' -> kind;
            case 'u' -> hexAt(text, backslash + 2);
            default -> -1;
        };
    }

    /** Returns how many characters the escape at a backslash takes. */
    static int lengthAt(char[] text, int backslash) {
        return text[backslash + 1] == 'u' ? UNICODE_LENGTH : 2;
    }

    private static int hexAt(char[] text, int start) {
        int value = 0;
        for (int i = start; i < start + 4; i++) {
            int digit = i < text.length ? Character.digit(text[i], 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
