package dev.millrace.relay;

import dev.millrace.schema.completion.v1.TokenUsage;
import java.util.List;

/**
 * Vectors in the order of the inputs, as the provider sent them.
 *
 * @param model as the provider names it; empty: it did not
 */
public record EmbeddingAnswer(List<float[]> vectors, String model, TokenUsage usage) {
    public EmbeddingAnswer {
        vectors = List.copyOf(vectors);
    }
}
