package dev.millrace.classifier.score;

import java.util.List;

/**
 * The trained part of the score: how features become one number between 0 and 1.
 *
 * <p>raw = mean over the members of (0.75 p(strong good) - p(weak good)) + lengthWeight * log(1 + words); the score is
 * the place of raw among the prompts of the training.
 *
 * @param name the version of the weights
 * @param lengthWeight how much a longer text asks for the stronger model, whatever the members think
 * @param scale where each feature lies and how far it spreads
 * @param members the nets, trained from different seeds
 * @param quantiles raw values to scores
 */
record RouterHead(String name, double lengthWeight, FeatureScale scale, List<Net> members, QuantileMap quantiles) {

    static final String RESOURCE = "/classifier/router-head-v4.txt";

    RouterHead {
        members = List.copyOf(members);
    }

    /** The length part of raw for a text of so many words on the logarithmic scale. */
    double lengthPart(double length) {
        return lengthWeight * length;
    }
}
