package dev.millrace.classifier.score;

import dev.millrace.classifier.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The explanation looks closely at some features only: here it is compared with one that looks at all. */
class ExplanationTest {

    private static final long SEED = 20_261_121;
    private static final int TEXTS = 3_000;

    private final RouterHead head = RouterHeadFile.load();
    private final Explanation explanation = new Explanation(head);
    private final PartEstimate estimate = new PartEstimate(head.members());

    @Test
    void namesTheSignalsThatALookAtAllFeaturesNames() {
        Random random = new Random(SEED);
        for (int i = 0; i < TEXTS; i++) {
            Sample sample = new Sample(features(random));

            assertThat(explanation.reasons(sample.features, sample.scaled, sample.sums, sample.needs, sample.parts))
                    .as("text %d of seed %d", i, SEED)
                    .isEqualTo(sample.reasons());
        }
    }

    @Test
    void noPartIsFurtherFromItsEstimateThanItsErrorBound() {
        Random random = new Random(SEED);
        for (int i = 0; i < TEXTS; i++) {
            Sample sample = new Sample(features(random));
            double[] slopes = estimate.slopes(sample.sums);
            for (Feature feature : Feature.values()) {
                float scaled = sample.scaled[feature.index()];

                assertThat(Math.abs(sample.part(feature) - slopes[feature.index()] * scaled))
                        .as("%s of text %d of seed %d", feature, i, SEED)
                        .isLessThanOrEqualTo(estimate.errorMax(feature, scaled));
            }
        }
    }

    /** Features up to four spreads from their means, beyond what is clipped. */
    private TextFeatures features(Random random) {
        float[] values = new float[Feature.values().length];
        for (Feature feature : Feature.values()) {
            float spread = head.scale().spread(feature);
            float width = random.nextInt(3) == 0 ? 4 : 1;
            values[feature.index()] = head.scale().mean(feature) + spread * width * (2 * random.nextFloat() - 1);
        }
        List<List<String>> words = new ArrayList<>();
        for (WordClass wordClass : WordClass.values()) {
            words.add(List.of(wordClass.name()));
        }
        return new TextFeatures(values, words);
    }

    /** A question's way to its score, with every weight worked out. */
    private final class Sample {
        private final TextFeatures features;
        private final float[] scaled;
        private final List<double[]> sums;
        private final double[] needs;
        private final RawParts parts;

        Sample(TextFeatures features) {
            this.features = features;
            scaled = head.scale().scale(features.values());
            sums = head.members().stream().map(net -> net.hiddenSums(scaled)).toList();
            needs = needs(sums);
            double raw = Arrays.stream(needs).average().orElseThrow() + head.lengthPart(features.value(Feature.WORDS));
            parts = new RawParts(raw, 0.02, -0.03, 0.065);
        }

        List<Reason> reasons() {
            List<Reason> all = new ArrayList<>();
            for (Feature feature : Feature.values()) {
                double part = part(feature) + explanation.directPart(feature, features);
                all.add(explanation.reason(feature.index(), weight(part), features));
            }
            all.add(explanation.reason(all.size(), weight(parts.history()), features));
            all.add(explanation.reason(all.size(), weight(parts.topic()), features));
            all.add(explanation.reason(all.size(), weight(parts.language()), features));
            return all.stream()
                    .filter(reason -> Math.abs(reason.weight()) >= 0.005)
                    .sorted(Comparator.comparingDouble((Reason reason) -> -Math.abs(reason.weight())))
                    .limit(8)
                    .toList();
        }

        /** What the nets' mean need owes to a feature. */
        double part(Feature feature) {
            double[] without = new double[needs.length];
            for (int i = 0; i < needs.length; i++) {
                double[] less = sums.get(i).clone();
                head.members().get(i).addInput(less, feature.index(), -scaled[feature.index()]);
                without[i] = head.members().get(i).need(less);
            }
            double part = 0;
            for (int i = 0; i < needs.length; i++) {
                part += (needs[i] - without[i]) / needs.length;
            }
            return part;
        }

        private double weight(double part) {
            return head.quantiles().scoreOf(parts.raw()) - head.quantiles().scoreOf(parts.raw() - part);
        }

        private double[] needs(List<double[]> ofSums) {
            double[] told = new double[ofSums.size()];
            for (int i = 0; i < told.length; i++) {
                told[i] = head.members().get(i).need(ofSums.get(i));
            }
            return told;
        }
    }
}
