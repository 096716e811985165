package dev.millrace.classifier.score;

/** Tells characters that are words of their own from those that words are spelt with. */
final class Scripts {

    /** The first character behind the letters of Latin and Greek. */
    private static final char LATIN_END = '\u0400';

    private Scripts() {}

    /** Whether a character belongs to a script that is written without blanks between words. */
    static boolean isIdeograph(char c) {
        return c >= '\u0e00'
                && (c <= '\u0e7f'
                        || (c >= '\u3040' && c <= '\u30ff')
                        || (c >= '\u3400' && c <= '\u4dbf')
                        || (c >= '\u4e00' && c <= '\u9fff'));
    }

    /** Whether half of a text's letters at least are Latin or Greek ones; the embedding has hardly a piece for words of other scripts. */
    static boolean isMostlyLatin(String text) {
        int latin = 0;
        int others = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < LATIN_END) {
                latin += Character.isLetter(c) ? 1 : 0;
            } else if (Character.isLetter(c)) {
                others++;
            }
        }
        return latin >= others;
    }
}
