package dev.millrace.classifier.embedding;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The vectors of the questions asked last, by as much of them as is read; some megabytes when full. Thread-safe. */
final class VectorCache {

    private static final int ENTRIES_MAX = 1_000;

    private final Map<String, float[]> vectors = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > ENTRIES_MAX;
        }
    };

    /** The vector of a question, where it was asked before. */
    synchronized Optional<float[]> vectorOf(String question) {
        return Optional.ofNullable(vectors.get(question));
    }

    /** Keeps a vector, which is not changed from here on. */
    synchronized void remember(String question, float[] vector) {
        vectors.put(question, vector);
    }
}
