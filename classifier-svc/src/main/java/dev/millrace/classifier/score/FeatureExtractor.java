package dev.millrace.classifier.score;

import dev.millrace.classifier.PlainText;
import dev.millrace.classifier.WordTable;

/** Turns a question into its features in one pass over its characters. */
final class FeatureExtractor {

    private static final String COURTESY = "hello";

    private final Lexicon lexicon;

    FeatureExtractor(Lexicon lexicon) {
        this.lexicon = lexicon;
    }

    /** Returns the features of a question in its plain form; all courtesies that stand alone have those of one. */
    TextFeatures extract(String plain) {
        char[] text = (PlainText.isCourtesy(plain) ? COURTESY : plain).toCharArray();
        SymbolCounts symbols = new SymbolCounts(text);
        WordCounts words = new WordCounts(text, lexicon);
        int i = 0;
        while (i < text.length) {
            int end = wordEnd(text, i);
            if (end > i) {
                words.add(i, end, WordTable.hash(text, i, end));
                symbols.skipWord(i, end);
                i = end;
            } else {
                symbols.add(i);
                i++;
            }
        }
        return FeatureVector.of(text.length, symbols, words);
    }

    /** A word is a run of letters and digits with inner apostrophes and hyphens; an ideograph is a word of its own. */
    private static int wordEnd(char[] text, int start) {
        if (Scripts.isIdeograph(text[start])) {
            return start + 1;
        }
        int i = start;
        while (i < text.length && (isInner(text[i]) || isJoint(text, start, i))) {
            i++;
        }
        return i;
    }

    private static boolean isInner(char c) {
        return (c >= 'a' && c <= 'z') || (Character.isLetterOrDigit(c) && !Scripts.isIdeograph(c));
    }

    private static boolean isJoint(char[] text, int start, int i) {
        char c = text[i];
        return (c == '\'' || c == '-')
                && i > start
                && i + 1 < text.length
                && Character.isLetter(text[i - 1])
                && Character.isLetter(text[i + 1]);
    }
}
