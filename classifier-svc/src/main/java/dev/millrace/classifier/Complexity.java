package dev.millrace.classifier;

import java.util.List;

/**
 * How much a prompt needs the stronger model.
 *
 * @param score 0 to 1, larger needs the stronger model more; spread evenly over the prompts it was trained on
 * @param confidence 0 to 1, how far the independently trained members agree on the score
 * @param reasons the signals that moved the score most, the strongest first
 */
public record Complexity(double score, double confidence, List<Reason> reasons) {

    public Complexity {
        reasons = List.copyOf(reasons);
    }
}
