package dev.millrace.local.embeddings;

import io.micronaut.context.annotation.ConfigurationProperties;

/**
 * The embedding model inside this process.
 *
 * @param enabled false: none here
 * @param tokensMax tokens of a text that are looked at, 8 to 512; the model was trained with 256
 * @param threads of the native engine, 1 to 64
 */
@ConfigurationProperties("local-inference.embeddings")
public record EmbeddingsConfig(boolean enabled, int tokensMax, int threads) {
    public EmbeddingsConfig {
        if (tokensMax < 8 || tokensMax > 512) {
            throw new IllegalArgumentException(
                    "local-inference.embeddings.tokens-max: " + tokensMax + " (expected: 8 to 512)");
        }
        if (threads < 1 || threads > 64) {
            throw new IllegalArgumentException(
                    "local-inference.embeddings.threads: " + threads + " (expected: 1 to 64)");
        }
    }
}
