package dev.millrace.classifier.score;

import java.util.List;

/**
 * Estimates how much of the nets' mean need is owed to each feature, as if the nets were straight lines there, and knows how
 * wrong that can be: most features need no closer look to tell that they are not among the strongest. Immutable.
 */
final class PartEstimate {

    private final List<Net> members;
    private final double[] bends;
    private final double tableError;

    PartEstimate(List<Net> members) {
        this.members = members;
        this.bends = new double[Feature.values().length];
        double error = 0;
        for (Net member : members) {
            for (int i = 0; i < bends.length; i++) {
                bends[i] += member.bendMax(i) / members.size();
            }
            error += member.tableErrorMax() / members.size();
        }
        this.tableError = error;
    }

    /** Returns the mean slope of the needs in each feature, for the sums of each member's hidden layer. */
    double[] slopes(List<double[]> sums) {
        double[] slopes = new double[bends.length];
        for (int i = 0; i < sums.size(); i++) {
            members.get(i).addSlopes(sums.get(i), slopes);
        }
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] /= sums.size();
        }
        return slopes;
    }

    /** How far the part of a feature can be from its slope times its scaled value. */
    double errorMax(Feature feature, float scaled) {
        return bends[feature.index()] * scaled * scaled + tableError;
    }
}
