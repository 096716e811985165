package dev.millrace.classifier.score;

import dev.millrace.classifier.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Says which signals moved a score: each feature is set back to its mean over the training while all others stay, and
 * the difference of the score is its weight. The weights need not add up to the score.
 */
final class Explanation {

    private static final Feature[] FEATURES = Feature.values();
    private static final int HISTORY = FEATURES.length;
    private static final int TOPIC = HISTORY + 1;
    private static final int LANGUAGE = TOPIC + 1;

    private final RouterHead head;
    private final PartEstimate estimate;
    /** What the nets tell of a question whose features are all at their mean. */
    private final double usualNeed;

    Explanation(RouterHead head) {
        this.head = head;
        this.estimate = new PartEstimate(head.members());
        float[] atTheMean = new float[FEATURES.length];
        this.usualNeed = mean(head.members().stream()
                .mapToDouble(net -> net.need(net.hiddenSums(atTheMean)))
                .toArray());
    }

    /**
     * Returns the strongest signals, the strongest first.
     *
     * @param sums the sums of each member's hidden layer
     * @param needs the need that each member tells from its sums
     * @param parts the raw value of the whole and of what was added to the features
     */
    List<Reason> reasons(TextFeatures features, float[] scaled, List<double[]> sums, double[] needs, RawParts parts) {
        double score = head.quantiles().scoreOf(parts.raw());
        StrongestSignals strongest = new StrongestSignals();
        strongest.offer(HISTORY, score - head.quantiles().scoreOf(parts.raw() - parts.history()));
        strongest.offer(TOPIC, score - head.quantiles().scoreOf(parts.raw() - parts.topic()));
        strongest.offer(LANGUAGE, score - head.quantiles().scoreOf(parts.raw() - parts.language()));
        double[] bounds = weightBounds(features, scaled, sums, parts.raw());
        for (int next = largest(bounds); bounds[next] >= strongest.least(); next = largest(bounds)) {
            double part = part(FEATURES[next], features, scaled, sums, needs);
            strongest.offer(next, score - head.quantiles().scoreOf(parts.raw() - part));
            bounds[next] = -1;
        }
        List<Reason> reasons = new ArrayList<>(strongest.size());
        for (int place = 0; place < strongest.size(); place++) {
            reasons.add(reason(strongest.signal(place), strongest.weight(place), features));
        }
        return reasons;
    }

    /** Returns why a courtesy that stands alone has its score: all its features as one, and the turns before it. */
    List<Reason> courtesyReasons(TextFeatures features, double[] needs, RawParts parts) {
        double score = head.quantiles().scoreOf(parts.raw());
        double part = mean(needs) - usualNeed + directPart(Feature.WORDS, features);
        double weight = score - head.quantiles().scoreOf(parts.raw() - part);
        Reason courtesy = new Reason("courtesy", weight, "a greeting, thanks or a call for help alone", List.of());
        double history = score - head.quantiles().scoreOf(parts.raw() - parts.history());
        return history == 0 ? List.of(courtesy) : List.of(courtesy, reason(HISTORY, history, features));
    }

    /** What the size of each feature's weight cannot exceed: the weight of a part rises with it. */
    private double[] weightBounds(TextFeatures features, float[] scaled, List<double[]> sums, double raw) {
        double score = head.quantiles().scoreOf(raw);
        double[] slopes = estimate.slopes(sums);
        double[] bounds = new double[slopes.length];
        for (Feature feature : FEATURES) {
            int input = feature.index();
            double part = slopes[input] * scaled[input] + directPart(feature, features);
            double error = estimate.errorMax(feature, scaled[input]);
            double beyond = Math.copySign(error, part);
            bounds[input] = Math.abs(score - head.quantiles().scoreOf(raw - (part + beyond)));
            if (error > Math.abs(part)) {
                double opposite = score - head.quantiles().scoreOf(raw - (part - beyond));
                bounds[input] = Math.max(bounds[input], Math.abs(opposite));
            }
        }
        return bounds;
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).average().orElseThrow();
    }

    private static int largest(double[] values) {
        int largest = 0;
        double value = values[0];
        for (int i = 1; i < values.length; i++) {
            if (values[i] > value) {
                largest = i;
                value = values[i];
            }
        }
        return largest;
    }

    /** How much of the raw value is owed to one feature's distance from its mean. */
    private double part(Feature feature, TextFeatures features, float[] scaled, List<double[]> sums, double[] needs) {
        int input = feature.index();
        double part = 0;
        for (int i = 0; i < sums.size(); i++) {
            double without = head.members().get(i).need(sums.get(i), input, -scaled[input]);
            part += (needs[i] - without) / sums.size();
        }
        return part + directPart(feature, features);
    }

    /** What a feature adds to the raw value beside the nets. */
    double directPart(Feature feature, TextFeatures features) {
        return feature == Feature.WORDS
                ? head.lengthPart(features.value(feature) - head.scale().mean(feature))
                : 0;
    }

    /** The reason that a signal is, by its place in the order of all: the features, the history, the topic, the language. */
    Reason reason(int signal, double weight, TextFeatures features) {
        if (signal == HISTORY) {
            return new Reason("history", weight, "earlier turns of the conversation, 50 words each", List.of());
        }
        if (signal == TOPIC) {
            return new Reason("topic", weight, "what questions of a like meaning needed", List.of());
        }
        if (signal == LANGUAGE) {
            return new Reason("language", weight, "not in English, where the text alone tells less", List.of());
        }
        Feature feature = FEATURES[signal];
        return new Reason(feature.signal(), weight, described(feature, features), features.wordsOf(feature));
    }

    private static String described(Feature feature, TextFeatures features) {
        if (feature != Feature.WORDS) {
            return feature.description(features.value(feature));
        }
        long words = Math.round(Math.expm1(features.value(feature)));
        return "length: " + words + (words == 1 ? " word" : " words");
    }
}
