package dev.millrace.classifier;

/** Judges how much a prompt needs the stronger model; pure, safe for use by many threads. */
public interface ComplexityScorer {

    /** Returns the score of the prompt's question with the signals behind it; asks for the meaning only where it helps. */
    Complexity score(Prompt prompt, Meaning meaning);

    /** The version of the weights in use, so that a decision can be replayed. */
    String version();
}
