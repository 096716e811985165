package dev.millrace.classifier.score;

/** Tells characters that are words of their own from those that words are spelt with. */
final class Scripts {

    private Scripts() {}

    /** Whether a character belongs to a script that is written without blanks between words. */
    static boolean isIdeograph(char c) {
        return c >= '\u0e00'
                && (c <= '\u0e7f'
                        || (c >= '\u3040' && c <= '\u30ff')
                        || (c >= '\u3400' && c <= '\u4dbf')
                        || (c >= '\u4e00' && c <= '\u9fff'));
    }
}
