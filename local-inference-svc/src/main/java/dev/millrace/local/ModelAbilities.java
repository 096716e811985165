package dev.millrace.local;

/**
 * What a model can do.
 *
 * @param tools tool calls
 * @param images pictures in prompts
 * @param jsonSchema answers that follow a JSON schema
 * @param multipleChoices several answers in one call
 */
public record ModelAbilities(
        boolean chat,
        boolean tools,
        boolean images,
        boolean jsonSchema,
        boolean embeddings,
        boolean multipleChoices,
        boolean logprobs,
        SeedWorth seed) {

    /** What a seed is worth. */
    public enum SeedWorth {
        /** The same request gives the same text. */
        EXACT,
        /** Mostly. */
        BEST_EFFORT,
        NONE
    }

    /** A model that makes vectors and nothing else. */
    public static ModelAbilities embeddingsOnly() {
        return new ModelAbilities(false, false, false, false, true, false, false, SeedWorth.NONE);
    }
}
