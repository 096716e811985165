package dev.millrace.classifier.sensitivity;

/**
 * A published form of secret keys: a fixed beginning and at least so many characters of an alphabet behind it.
 *
 * @param prefix the fixed beginning, case counts
 * @param rest how many characters must follow at least
 * @param exact whether exactly so many must follow
 * @param rule the rule that a match is reported under
 */
record KeyPrefix(String prefix, int rest, boolean exact, String rule) {

    /** What is read of a key; enough to know it by, few enough for a text of nothing but prefixes. */
    private static final int CHARS_MAX = 96;

    /** Returns the index after a key that starts here, or {@code start} where none does. */
    int match(ScanText text, int start) {
        for (int i = 0; i < prefix.length(); i++) {
            if (text.at(start + i) != prefix.charAt(i)) {
                return start;
            }
        }
        int i = start + prefix.length();
        int digits = 0;
        int capitals = 0;
        while (i - start < CHARS_MAX && isKeyChar(text, i)) {
            digits += text.isDigit(i) ? 1 : 0;
            capitals += text.isUpper(i) ? 1 : 0;
            i++;
        }
        int length = i - start - prefix.length();
        boolean complete = exact ? length == rest : length >= rest;
        return complete && (digits > 0 || capitals > 2) ? i : start;
    }

    private static boolean isKeyChar(ScanText text, int index) {
        char c = text.at(index);
        return (c < 128 && text.isWord(index)) || c == '_' || c == '-';
    }
}
