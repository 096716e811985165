package dev.millrace.classifier.score;

import dev.millrace.classifier.PlainText;

/** Turns a question into its features in one pass over its characters. */
final class FeatureExtractor {

    private final Lexicon lexicon;

    FeatureExtractor(Lexicon lexicon) {
        this.lexicon = lexicon;
    }

    /** Returns the features of a question in any form. */
    TextFeatures extract(String question) {
        String text = PlainText.of(question);
        SymbolCounts symbols = new SymbolCounts();
        WordCounts words = new WordCounts(lexicon);
        int i = 0;
        while (i < text.length()) {
            int end = wordEnd(text, i);
            if (end > i) {
                words.add(text.substring(i, end));
                symbols.skipWord(text, i, end);
                i = end;
            } else {
                symbols.add(text, i);
                i++;
            }
        }
        return FeatureVector.of(text, symbols, words);
    }

    /** A word is a run of letters and digits with inner apostrophes and hyphens; an ideograph is a word of its own. */
    private static int wordEnd(String text, int start) {
        int i = start;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (Scripts.isIdeograph(c)) {
                return i == start ? i + 1 : i;
            }
            if (!Character.isLetterOrDigit(c) && !isJoint(text, start, i)) {
                return i;
            }
            i++;
        }
        return i;
    }

    private static boolean isJoint(String text, int start, int i) {
        char c = text.charAt(i);
        return (c == '\'' || c == '-')
                && i > start
                && i + 1 < text.length()
                && Character.isLetter(text.charAt(i - 1))
                && Character.isLetter(text.charAt(i + 1));
    }
}
