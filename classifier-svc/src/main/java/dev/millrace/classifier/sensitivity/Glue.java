package dev.millrace.classifier.sensitivity;

/** Tells words that are written onto a number without a blank, {@code Karte4111…}, {@code DE89…BIC}, from the rest of a longer code. */
final class Glue {

    private static final int BEFORE_CHARS_MIN = 2;
    private static final int BEHIND_CHARS_MIN = 3;
    private static final int CHARS_MAX = 24;
    /** How programs end a number, in small letters. */
    private static final String[] TYPES = {
        "l", "n", "ul", "ll", "lu", "ull", "llu", "u64", "i64", "u128", "i128", "uz", "m", "d"
    };

    private Glue() {}

    /** Whether letters alone stand between an index and a sign before it. */
    static boolean isWordBefore(ScanText text, int end) {
        int i = end;
        while (end - i < CHARS_MAX && text.isLetter(i - 1)) {
            i--;
        }
        return end - i >= BEFORE_CHARS_MIN && !text.isJoined(i - 1);
    }

    /** Whether a word begins at an index that a sign or a number follows. */
    static boolean isWordAt(ScanText text, int start) {
        int i = start;
        while (i - start < CHARS_MAX && text.isLetter(i)) {
            i++;
        }
        return i - start >= BEHIND_CHARS_MIN && !text.isLetter(i);
    }

    /** Whether the type of a number is written at an index, and nothing behind it. */
    static boolean isType(ScanText text, int start) {
        for (String type : TYPES) {
            if (text.matches(start, type) && !text.isJoined(start + type.length())) {
                return true;
            }
        }
        return false;
    }
}
