package dev.millrace.classifier;

import java.util.List;

/**
 * The scores at which a caller's tiers begin, 0 to 1: all that the caller does with a score is to see which of them it reaches.
 *
 * @param scores in any order
 */
public record Cutoffs(List<Double> scores) {

    public Cutoffs {
        scores = List.copyOf(scores);
    }

    /** Whether the caller does nothing at all with a score. */
    public boolean isEmpty() {
        return scores.isEmpty();
    }

    /** Whether the two scores fall into different tiers; a tier begins at its cut-off. */
    public boolean separate(double low, double high) {
        for (double cutoff : scores) {
            if (low < cutoff && cutoff <= high) {
                return true;
            }
        }
        return false;
    }
}
