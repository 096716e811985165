package dev.millrace.classifier;

/** Names what the caller wants; pure, thread-safe. */
public interface IntentModel {

    /** Returns the most likely intent of a question, or out of scope; asks for the meaning only where it helps. */
    Intent intentOf(String question, Meaning meaning);

    /** The version of the weights in use. */
    String version();
}
