package dev.millrace.classifier.score;

import java.util.Arrays;

/**
 * Maps raw values to scores by their place among the training prompts: strictly rising, so that no order is lost.
 *
 * <p>Between two knots the map is a straight line; the first knot is score 0, the last score 1.
 */
final class QuantileMap {

    private final double[] raws;
    private final double[] scores;

    /** Takes knots that rise strictly in both columns. */
    QuantileMap(double[] raws, double[] scores) {
        this.raws = raws;
        this.scores = scores;
        for (int i = 1; i < raws.length; i++) {
            if (raws[i] <= raws[i - 1] || scores[i] <= scores[i - 1]) {
                throw new IllegalArgumentException("knot " + i + ": " + raws[i] + " (expected: > " + raws[i - 1] + ")");
            }
        }
    }

    /** Returns the score of a raw value, 0 to 1. */
    double scoreOf(double raw) {
        int found = Arrays.binarySearch(raws, raw);
        if (found >= 0) {
            return scores[found];
        }
        int next = -found - 1;
        if (next == 0) {
            return scores[0];
        }
        if (next == raws.length) {
            return scores[raws.length - 1];
        }
        double share = (raw - raws[next - 1]) / (raws[next] - raws[next - 1]);
        return scores[next - 1] + share * (scores[next] - scores[next - 1]);
    }
}
