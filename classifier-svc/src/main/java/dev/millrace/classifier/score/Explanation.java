package dev.millrace.classifier.score;

import dev.millrace.classifier.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Says which signals moved a score: each feature is set back to its mean over the training while all others stay, and
 * the difference of the score is its weight. The weights need not add up to the score.
 */
final class Explanation {

    private static final int REASONS_MAX = 8;
    private static final double WEIGHT_MIN = 0.005;

    private final RouterHead head;

    Explanation(RouterHead head) {
        this.head = head;
    }

    /**
     * Returns the strongest signals, the strongest first.
     *
     * @param sums the sums of each member's hidden layer
     * @param parts the raw value of the whole and of what was added to the features
     */
    List<Reason> reasons(TextFeatures features, float[] scaled, List<double[]> sums, RawParts parts) {
        double raw = parts.raw();
        double score = head.quantiles().scoreOf(raw);
        double[] needs = needs(sums);
        List<Reason> reasons = new ArrayList<>();
        for (Feature feature : Feature.values()) {
            double without = raw - part(feature, features, scaled, sums, needs);
            double weight = score - head.quantiles().scoreOf(without);
            reasons.add(new Reason(feature.signal(), weight, described(feature, features), features.wordsOf(feature)));
        }
        double earlier = score - head.quantiles().scoreOf(raw - parts.history());
        reasons.add(new Reason("history", earlier, "earlier turns of the conversation, 50 words each", List.of()));
        double topic = score - head.quantiles().scoreOf(raw - parts.topic());
        reasons.add(new Reason("topic", topic, "what questions of a like meaning needed", List.of()));
        return reasons.stream()
                .filter(reason -> Math.abs(reason.weight()) >= WEIGHT_MIN)
                .sorted(Comparator.comparingDouble((Reason reason) -> -Math.abs(reason.weight())))
                .limit(REASONS_MAX)
                .toList();
    }

    private static String described(Feature feature, TextFeatures features) {
        if (feature != Feature.WORDS) {
            return feature.description();
        }
        long words = Math.round(Math.expm1(features.value(feature)));
        return "length: " + words + (words == 1 ? " word" : " words");
    }

    private double[] needs(List<double[]> sums) {
        double[] needs = new double[sums.size()];
        for (int i = 0; i < needs.length; i++) {
            needs[i] = head.members().get(i).need(sums.get(i));
        }
        return needs;
    }

    /** How much of the raw value is owed to one feature's distance from its mean. */
    private double part(Feature feature, TextFeatures features, float[] scaled, List<double[]> sums, double[] needs) {
        int input = feature.index();
        double part = 0;
        for (int i = 0; i < sums.size(); i++) {
            Net net = head.members().get(i);
            double[] without = sums.get(i).clone();
            net.addInput(without, input, -scaled[input]);
            part += (needs[i] - net.need(without)) / sums.size();
        }
        if (feature == Feature.WORDS) {
            part += head.lengthPart(features.value(feature) - head.scale().mean(feature));
        }
        return part;
    }
}
