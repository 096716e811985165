package dev.millrace.classifier.score;

import dev.millrace.classifier.Complexity;
import dev.millrace.classifier.ComplexityScorer;
import dev.millrace.classifier.Prompt;
import java.util.List;

/** The scorer in use: text features, an ensemble of small nets, and history as length; immutable. */
public final class RouterScorer implements ComplexityScorer {

    /** An earlier turn counts as so many words of length. */
    private static final int WORDS_PER_TURN = 50;

    private final FeatureExtractor extractor = new FeatureExtractor(Lexicon.load());
    private final RouterHead head;
    private final Explanation explanation;

    RouterScorer(RouterHead head) {
        this.head = head;
        this.explanation = new Explanation(head);
    }

    /** Returns the scorer with the weights that ship with the service. */
    public static RouterScorer load() {
        return new RouterScorer(RouterHeadFile.load());
    }

    @Override
    public Complexity score(Prompt prompt) {
        TextFeatures features = extractor.extract(prompt.question());
        float[] scaled = head.scale().scale(features.values());
        List<double[]> sums =
                head.members().stream().map(net -> net.hiddenSums(scaled)).toList();
        double length = features.value(Feature.WORDS);
        double history = head.lengthPart(lengthWith(length, prompt.historyTurns()) - length);
        double added = head.lengthPart(length) + history;
        double[] needs = needs(sums);
        double raw = mean(needs) + added;
        return new Complexity(
                head.quantiles().scoreOf(raw),
                agreement(needs, added),
                explanation.reasons(features, scaled, sums, raw, history));
    }

    @Override
    public String version() {
        return head.name();
    }

    private static double lengthWith(double length, int turns) {
        return FeatureVector.lengthOf(Math.expm1(length) + (double) WORDS_PER_TURN * turns);
    }

    private double[] needs(List<double[]> sums) {
        double[] needs = new double[sums.size()];
        for (int i = 0; i < needs.length; i++) {
            needs[i] = head.members().get(i).need(sums.get(i));
        }
        return needs;
    }

    /** 1 where all members give the same score, 0 where they span the whole scale. */
    private double agreement(double[] needs, double added) {
        double low = 1;
        double high = 0;
        for (double need : needs) {
            double score = head.quantiles().scoreOf(need + added);
            low = Math.min(low, score);
            high = Math.max(high, score);
        }
        return 1 - (high - low);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
