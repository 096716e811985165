package dev.millrace.classifier;

/** Names what the caller wants; pure, thread-safe. */
public interface IntentModel {

    /** Returns the most likely intent of a question, or out of scope. */
    Intent intentOf(String question);

    /** The version of the weights in use. */
    String version();
}
