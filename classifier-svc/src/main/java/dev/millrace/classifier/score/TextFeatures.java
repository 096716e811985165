package dev.millrace.classifier.score;

import java.util.List;

/** The features of one question, with the words behind those that count words; the array is never changed. */
final class TextFeatures {

    private final float[] values;
    private final List<List<String>> words;

    /**
     * Takes what was measured.
     *
     * @param values one value a {@link Feature}, by its index
     * @param words up to a few words a {@link WordClass}, by its index
     */
    TextFeatures(float[] values, List<List<String>> words) {
        this.values = values;
        this.words = words;
    }

    /** All values, in the order of the weights. */
    float[] values() {
        return values;
    }

    /** The value of one feature. */
    float value(Feature feature) {
        return values[feature.index()];
    }

    /** The words that raised a feature; empty for one that counts no words. */
    List<String> wordsOf(Feature feature) {
        for (WordClass wordClass : WordClass.values()) {
            if (wordClass.feature() == feature && wordClass != WordClass.COMMON) {
                return words.get(wordClass.index());
            }
        }
        return List.of();
    }
}
