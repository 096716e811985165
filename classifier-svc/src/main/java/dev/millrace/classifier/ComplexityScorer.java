package dev.millrace.classifier;

/** Judges how much a prompt needs the stronger model; pure, safe for use by many threads. */
public interface ComplexityScorer {

    /**
     * Returns the score of a question with the signals behind it; asks for the meaning only where it helps.
     *
     * @param plain the question as {@link PlainText} has it
     * @param historyTurns how many questions of the conversation came before, 0 or more
     */
    Complexity score(String plain, int historyTurns, Meaning meaning);

    /** The version of the weights in use, so that a decision can be replayed. */
    String version();
}
