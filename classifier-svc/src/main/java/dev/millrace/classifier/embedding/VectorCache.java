package dev.millrace.classifier.embedding;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The vectors of the questions asked last, by their pieces; two megabytes when full. Thread-safe. */
final class VectorCache {

    private static final int ENTRIES_MAX = 1_000;

    private final Map<Pieces, float[]> vectors = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Pieces, float[]> eldest) {
            return size() > ENTRIES_MAX;
        }
    };

    /** The vector of a question, where it was asked before. */
    synchronized Optional<float[]> vectorOf(long[] pieces) {
        return Optional.ofNullable(vectors.get(new Pieces(pieces)));
    }

    /** Keeps a vector; neither array is changed from here on. */
    synchronized void remember(long[] pieces, float[] vector) {
        vectors.put(new Pieces(pieces), vector);
    }

    /** An array that equals another of the same content. */
    private static final class Pieces {
        private final long[] ids;

        Pieces(long[] ids) {
            this.ids = ids;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Pieces pieces && Arrays.equals(ids, pieces.ids);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(ids);
        }
    }
}
