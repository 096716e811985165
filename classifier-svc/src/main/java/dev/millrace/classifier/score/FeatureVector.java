package dev.millrace.classifier.score;

/**
 * Turns counts into features on comparable scales: logarithms for amounts, shares for properties of the wording.
 *
 * <p>INVARIANT: training reads the same features through the same class, so a formula lives here alone.
 */
final class FeatureVector {

    private static final double IDEOGRAPH_WORDS = 0.65;

    private FeatureVector() {}

    /** Returns the features of a text of so many characters from its counts. */
    static TextFeatures of(int length, SymbolCounts symbols, WordCounts words) {
        float[] values = new float[Feature.values().length];
        double count = Math.max(1, words.words);
        double sentences = Math.max(1, symbols.sentences);
        set(values, Feature.WORDS, lengthOf(blankSeparatedWords(symbols, words)));
        set(values, Feature.WORD_LENGTH, words.letters / count);
        set(values, Feature.LONG_WORDS, words.longWords / count);
        set(values, Feature.RARE_WORDS, words.rareWords / count);
        set(values, Feature.SENTENCES, Math.log(sentences));
        set(values, Feature.SENTENCE_LENGTH, Math.log1p(count / sentences));
        set(values, Feature.VARIETY, words.distinct.size() / Math.sqrt(count));
        set(values, Feature.LINES, Math.log(symbols.lines));
        set(values, Feature.DIGITS, symbols.digits / (double) Math.max(1, length));
        set(values, Feature.NUMBERS, Math.log1p(words.numbers));
        set(values, Feature.MATH_SYMBOLS, Math.log1p(symbols.mathSymbols));
        set(values, Feature.FORMULA_MARKUP, Math.log1p(symbols.formulaMarks));
        set(values, Feature.CODE_SYMBOLS, Math.log1p(symbols.codeSymbols));
        set(values, Feature.QUESTION_MARKS, Math.log1p(symbols.questionMarks));
        set(values, Feature.OPTION_LINES, Math.log1p(symbols.optionLines));
        set(values, Feature.COMMAS, symbols.commas / count);
        for (WordClass wordClass : WordClass.values()) {
            double hits = words.ofClass[wordClass.index()];
            set(values, wordClass.feature(), isShare(wordClass) ? hits / count : Math.log1p(hits));
        }
        return new TextFeatures(values, words.kept);
    }

    /** The scale of length: natural logarithm of 1 + words. */
    static double lengthOf(double words) {
        return Math.log1p(words);
    }

    /** A formula between blanks is one word; ideographs have no blanks, about three of them make two words. */
    private static double blankSeparatedWords(SymbolCounts symbols, WordCounts words) {
        return symbols.blanks + 1 + words.ideographs * IDEOGRAPH_WORDS;
    }

    private static boolean isShare(WordClass wordClass) {
        return wordClass == WordClass.COMMON || wordClass == WordClass.PERSONAL;
    }

    private static void set(float[] values, Feature feature, double value) {
        values[feature.index()] = (float) value;
    }
}
