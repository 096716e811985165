package dev.millrace.classifier.score;

import dev.millrace.classifier.Complexity;
import dev.millrace.classifier.ComplexityScorer;
import dev.millrace.classifier.Cutoffs;
import dev.millrace.classifier.Meaning;
import dev.millrace.classifier.PlainText;
import dev.millrace.classifier.Question;
import java.util.List;
import java.util.Optional;

/**
 * The scorer in use: text features, an ensemble of small nets, history as length; for open questions also what questions of a like
 * meaning needed. Immutable.
 */
public final class RouterScorer implements ComplexityScorer {

    /** An earlier turn counts as so many words of length. */
    private static final int WORDS_PER_TURN = 50;

    /**
     * What is added to raw in other languages than English, where the lexicon knows fewer of the words that tell a hard question. Chosen
     * on the prompts of language/shift.tsv: it puts the cut-off that parted easy and hard ones best, 0.55 of the score, at 0.65.
     */
    private static final double FOREIGN_PART = 0.065;

    private final FeatureExtractor extractor = new FeatureExtractor(Lexicon.load());
    private final RouterHead head;
    private final Neighbours neighbours;
    private final Explanation explanation;

    RouterScorer(RouterHead head, Neighbours neighbours) {
        if (!neighbours.headName().equals(head.name())) {
            throw new IllegalArgumentException(
                    "neighbours: of " + neighbours.headName() + " (expected: " + head.name() + "); train again");
        }
        this.head = head;
        this.neighbours = neighbours;
        this.explanation = new Explanation(head);
    }

    /** Returns the scorer with the weights that ship with the service. */
    public static RouterScorer load() {
        return new RouterScorer(RouterHeadFile.load(), Neighbours.load());
    }

    @Override
    public Complexity score(Question question, Meaning meaning, Optional<Cutoffs> cutoffs) {
        String plain = question.plain();
        TextFeatures features = extractor.extract(plain);
        float[] scaled = head.scale().scale(features.values());
        List<double[]> sums =
                head.members().stream().map(net -> net.hiddenSums(scaled)).toList();
        double length = features.value(Feature.WORDS);
        double history = head.lengthPart(lengthWith(length, question.historyTurns()) - length);
        double[] needs = needs(sums);
        boolean isCourtesy = PlainText.isCourtesy(plain);
        double language = question.isForeign() && !isCourtesy ? FOREIGN_PART : 0;
        double added = head.lengthPart(length) + history + language;
        boolean decided = cutoffs.isPresent() && isDecided(mean(needs) + added, cutoffs.get());
        boolean isExam = ExamForm.isExam(features);
        boolean readable = Scripts.isMostlyLatin(plain);
        Optional<float[]> vector = isExam || decided || isCourtesy || !readable ? Optional.empty() : meaning.vector();
        // An examination's form says enough by itself; what its topic needs differs from one collection to the next.
        double topic = isExam ? 0 : vector.map(neighbours::part).orElse(neighbours.usualPart());
        double raw = mean(needs) + added + topic;
        RawParts parts = new RawParts(raw, history, vector.isPresent() ? topic : 0, language);
        return new Complexity(
                head.quantiles().scoreOf(raw),
                agreement(needs, added + topic),
                isCourtesy
                        ? explanation.courtesyReasons(features, needs, parts)
                        : explanation.reasons(features, scaled, sums, needs, parts));
    }

    @Override
    public String version() {
        return head.name();
    }

    /** Whether the tier is the same wherever in its usual range the neighbours' part lies. */
    private boolean isDecided(double byText, Cutoffs cutoffs) {
        return !cutoffs.separate(
                head.quantiles().scoreOf(byText + Neighbours.PART_SELDOM_BELOW),
                head.quantiles().scoreOf(byText + Neighbours.PART_SELDOM_ABOVE));
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
