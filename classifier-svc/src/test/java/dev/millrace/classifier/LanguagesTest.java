package dev.millrace.classifier;

import dev.millrace.classifier.embedding.LazyEmbedder;
import dev.millrace.classifier.intent.GramIntentModel;
import dev.millrace.classifier.language.ScriptAndWordsDetector;
import dev.millrace.classifier.score.RouterScorer;
import dev.millrace.classifier.sensitivity.LinearScanner;
import dev.millrace.classifier.tokens.CalibratedEstimator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Judges a hundred prompts in each of five languages, written by hand, by their text alone and with the embedding, and prints how many
 * verdicts are right.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanguagesTest {

    /** The cut-offs that the gateway comes with; what needs more than a small model begins at the second. */
    private static final Cutoffs CUTOFFS = new Cutoffs(List.of(0.35, 0.65, 0.90));

    private static final double COMPLEX_FROM = 0.65;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final double NAMED_MIN = 0.97;
    private static final double ORDERED_MIN = 0.93;
    private static final double TIERS_MIN = 0.88;
    /** Of the hard prompts of a language, those that reach a tier where a strong model answers. */
    private static final double HARD_MIN = 0.8;

    private static final double SENSITIVITY_MIN = 0.98;

    private List<Judged> judged = List.of();

    @BeforeAll
    void judge() {
        try (LazyEmbedder embedder = LazyEmbedder.ofShippedModel(Path.of("target", "cache"))) {
            PromptJudge bare = judgeWith(Embedder.NONE);
            PromptJudge whole = judgeWith(embedder);
            judged = LanguagePrompt.read().stream()
                    .map(prompt -> new Judged(prompt, verdict(bare, prompt), verdict(whole, prompt)))
                    .toList();
        }
    }

    @Test
    void noPromptIsThereTwice() {
        assertThat(judged).hasSize(500).extracting(line -> line.prompt.text()).doesNotHaveDuplicates();
        assertThat(judged).allMatch(line -> line.whole.modelVersion().contains("minilm"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zh", "de", "es", "fr", "ja"})
    void theLanguageIsNamed(String language) {
        List<Judged> all = of(language, line -> true);
        List<Judged> wrong = of(language, line -> !line.whole.language().startsWith(language));

        double named = 1 - share(wrong, all);
        print(language, "language right", named);
        assertThat(all).hasSize(100);
        assertThat(named).as("wrong: %s", wrong).isGreaterThanOrEqualTo(NAMED_MIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zh", "de", "es", "fr", "ja"})
    void hardPromptsScoreHigherThanEasyOnes(String language) {
        List<Judged> easy = of(language, line -> !line.prompt.isHard());
        List<Judged> hard = of(language, line -> line.prompt.isHard());

        double byText = pairs(easy, hard, true);
        double byMeaning = pairs(easy, hard, false);
        print(language, "pairs of easy and hard in order, by the text alone", byText);
        print(language, "pairs of easy and hard in order, with the embedding", byMeaning);
        assertThat(List.of(easy.size(), hard.size())).containsExactly(63, 37);
        assertThat(byText).isGreaterThanOrEqualTo(ORDERED_MIN);
        assertThat(byMeaning).isGreaterThanOrEqualTo(ORDERED_MIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zh", "de", "es", "fr", "ja"})
    void mostPromptsReachTheirTier(String language) {
        List<Judged> all = of(language, line -> true);
        List<Judged> right = of(language, line -> isComplex(line.whole) == line.prompt.isHard());
        List<Judged> rightByText = of(language, line -> isComplex(line.bare) == line.prompt.isHard());

        print(language, "hard from complex on and easy below, by the text alone", share(rightByText, all));
        print(language, "hard from complex on and easy below, with the embedding", share(right, all));
        List<Judged> hard = of(language, line -> line.prompt.isHard());
        double reached = share(of(language, line -> line.prompt.isHard() && isComplex(line.whole)), hard);
        print(language, "hard prompts that reach the tier complex", reached);
        assertThat(share(right, all)).isGreaterThanOrEqualTo(TIERS_MIN);
        assertThat(reached).isGreaterThanOrEqualTo(HARD_MIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zh", "de", "es", "fr", "ja"})
    void whatMustNotLeaveIsTold(String language) {
        List<Judged> all = of(language, line -> true);
        List<Judged> wrong = of(
                language,
                line -> line.prompt.sensitivity() != line.whole.sensitivity().level());

        double right = 1 - share(wrong, all);
        print(language, "sensitivity right", right);
        assertThat(wrong)
                .as("nothing must be kept of prompts that hold nothing")
                .noneMatch(line -> line.prompt.sensitivity() == Sensitivity.PUBLIC);
        assertThat(right).as("wrong: %s", wrong).isGreaterThanOrEqualTo(SENSITIVITY_MIN);
    }

    private static PromptJudge judgeWith(Embedder embedder) {
        return new PromptJudge(
                RouterScorer.load(),
                new LinearScanner(),
                new GramIntentModel(),
                new ScriptAndWordsDetector(),
                new CalibratedEstimator(),
                embedder);
    }

    private static Verdict verdict(PromptJudge judge, LanguagePrompt prompt) {
        return judge.judge(Prompt.of(prompt.text()), Optional.of(CUTOFFS), PATIENCE);
    }

    /** The share of pairs whose hard prompt scores higher; equal scores are wrong. */
    private static double pairs(List<Judged> easy, List<Judged> hard, boolean byText) {
        long right = easy.stream()
                .mapToLong(low -> hard.stream()
                        .filter(high -> high.score(byText) > low.score(byText))
                        .count())
                .sum();
        return right / (double) (easy.size() * hard.size());
    }

    private static boolean isComplex(Verdict verdict) {
        return verdict.complexity().score() >= COMPLEX_FROM;
    }

    private List<Judged> of(String language, Predicate<Judged> wanted) {
        return judged.stream()
                .filter(line -> line.prompt.language().equals(language))
                .filter(wanted)
                .toList();
    }

    private static double share(List<Judged> some, List<Judged> all) {
        return some.size() / (double) all.size();
    }

    private static void print(String language, String what, double share) {
        System.out.printf(Locale.ROOT, "language %s: %s %.3f%n", language, what, share);
    }

    /** A prompt with its verdicts: by the text alone, and with the embedding. */
    private record Judged(LanguagePrompt prompt, Verdict bare, Verdict whole) {

        double score(boolean byText) {
            return (byText ? bare : whole).complexity().score();
        }

        @Override
        public String toString() {
            return whole.language() + " " + whole.sensitivity().level() + " " + prompt.text();
        }
    }
}
