package dev.millrace.classifier;

import java.util.Optional;

/** Judges how much a prompt needs the stronger model; pure, safe for use by many threads. */
public interface ComplexityScorer {

    /**
     * Returns the score of a question with the signals behind it; asks for the meaning only where it helps.
     *
     * @param cutoffs what the caller acts on: the meaning is asked for only if it is likely to move the score across one of
     *     them; empty: wherever it moves the score
     */
    Complexity score(Question question, Meaning meaning, Optional<Cutoffs> cutoffs);

    /** The whole score of an English question in its plain form, for callers who look at it closely. */
    default Complexity score(String plain, int historyTurns, Meaning meaning) {
        return score(Question.inEnglish(plain, historyTurns), meaning, Optional.empty());
    }

    /** The version of the weights in use, so that a decision can be replayed. */
    String version();
}
