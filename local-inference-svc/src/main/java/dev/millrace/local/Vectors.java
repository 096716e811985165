package dev.millrace.local;

import java.util.List;
import java.util.OptionalLong;

/**
 * Vectors of length one, in the order of their texts.
 *
 * @param space the identity of the vector space: vectors of different spaces are never compared
 * @param inputTokens what the texts took; empty: unknown
 */
public record Vectors(List<float[]> vectors, String space, OptionalLong inputTokens) {
    public Vectors {
        vectors = List.copyOf(vectors);
    }

    /**
     * Scales a vector to length one, after cutting it to its first {@code dimensions} components.
     *
     * @throws IllegalArgumentException when it has fewer, or no length
     */
    public static float[] normalised(float[] vector, int dimensions) {
        if (dimensions < 1 || dimensions > vector.length) {
            throw new IllegalArgumentException("dimensions: " + dimensions + " (expected: 1 to " + vector.length + ")");
        }
        double square = 0;
        for (int i = 0; i < dimensions; i++) {
            square += (double) vector[i] * vector[i];
        }
        if (!(square > 0) || Double.isInfinite(square)) {
            throw new IllegalArgumentException("vector: length " + Math.sqrt(square) + " (expected: > 0)");
        }
        float scale = (float) (1 / Math.sqrt(square));
        float[] unit = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            unit[i] = vector[i] * scale;
        }
        return unit;
    }
}
