package dev.millrace.classifier.score;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The features of one question, with the words behind those that count words; the array is never changed. */
final class TextFeatures {

    /** The words that a feature counts. */
    private static final Map<Feature, WordClass> COUNTED = counted();

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
        WordClass counted = COUNTED.get(feature);
        return counted == null ? List.of() : words.get(counted.index());
    }

    private static Map<Feature, WordClass> counted() {
        Map<Feature, WordClass> counted = new EnumMap<>(Feature.class);
        for (WordClass wordClass : WordClass.values()) {
            if (wordClass != WordClass.COMMON) {
                counted.put(wordClass.feature(), wordClass);
            }
        }
        return counted;
    }
}
