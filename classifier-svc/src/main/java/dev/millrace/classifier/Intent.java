package dev.millrace.classifier;

/**
 * What the caller wants.
 *
 * @param id stable id in the trained set of intents, or {@link #OUT_OF_SCOPE}
 * @param confidence 0 to 1, the model's belief in the id
 * @param task the form of the work
 */
public record Intent(String id, double confidence, Task task) {

    /** The answer for a prompt that belongs to none of the trained intents. */
    public static final String OUT_OF_SCOPE = "out_of_scope";
}
