package dev.millrace.classifier;

import dev.millrace.classifier.intent.GramIntentModel;
import dev.millrace.classifier.language.ScriptAndWordsDetector;
import dev.millrace.classifier.score.RouterScorer;
import dev.millrace.classifier.sensitivity.LinearScanner;
import dev.millrace.classifier.tokens.CalibratedEstimator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PromptJudgeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String CLEAR = "What are your opening hours?";

    private final CountingEmbedder embedder = new CountingEmbedder();
    private final PromptJudge judge = new PromptJudge(
            RouterScorer.load(),
            new LinearScanner(),
            new GramIntentModel(),
            new ScriptAndWordsDetector(),
            new CalibratedEstimator(),
            embedder);

    @Test
    void embedsNothingWhereTheTextAloneTellsTheTier() {
        double byText =
                judge.judge(Prompt.of(CLEAR), Duration.ZERO).complexity().score();
        embedder.asked = 0;

        Verdict verdict = judge.judge(Prompt.of(CLEAR), at(byText + 0.5), PATIENCE);

        assertThat(embedder.asked).isZero();
        assertThat(verdict.modelVersion()).isEqualTo(judge.version());
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAR, "Prove that there are infinitely many primes, two ways"})
    void embedsWhereTheScoreIsAsNearToACutoffAsMeaningCanMoveIt(String question) {
        double byText =
                judge.judge(Prompt.of(question), Duration.ZERO).complexity().score();

        Verdict verdict = judge.judge(Prompt.of(question), at(byText), PATIENCE);

        assertThat(verdict).isEqualTo(judge.judge(Prompt.of(question), PATIENCE));
        assertThat(verdict.modelVersion()).endsWith("+" + embedder.version());
    }

    @Test
    void embedsForCallersWhoWantTheWholeVerdict() {
        judge.judge(Prompt.of(CLEAR), PATIENCE);

        assertThat(embedder.asked).isPositive();
    }

    @Test
    void isSettledUnlessAMeaningThatWasAskedForWasMissing() {
        assertThat(judge.judge(Prompt.of(CLEAR), PATIENCE).isSettled()).isTrue();
        assertThat(judge.judge(Prompt.of(CLEAR), Duration.ZERO).isSettled()).isFalse();
        assertThat(judge.judge(Prompt.of(CLEAR), Optional.of(new Cutoffs(List.of())), Duration.ZERO)
                        .isSettled())
                .isTrue();
    }

    @Test
    void embedsQuestionsInLanguagesForWhichTheUsualRangeWasNotMeasured() {
        judge.judge(Prompt.of("Was sind eure Öffnungszeiten am Wochenende?"), at(1), PATIENCE);

        assertThat(embedder.asked).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Photosynthesis?|Hello! Photosynthesis?",
                "Photosynthesis?|Hallo! Photosynthesis?",
                "Photosynthesis?|Could you please Photosynthesis?",
                "Photosynthesis?|Photosynthesis? Thank you very much",
                "What is photosynthesis?|Hallo, what is photosynthesis?",
                "Was ist Photosynthese?|Hello! Was ist Photosynthese?"
            })
    void aGreetingDoesNotDecideWhetherTheMeaningTakesPart(String bare, String greeted) {
        Verdict without = judge.judge(Prompt.of(bare), at(1), PATIENCE);
        int asked = embedder.asked;
        embedder.asked = 0;

        Verdict with = judge.judge(Prompt.of(greeted), at(1), PATIENCE);

        assertThat(embedder.asked).isEqualTo(asked);
        assertThat(with.complexity()).isEqualTo(without.complexity());
        assertThat(with.modelVersion()).isEqualTo(without.modelVersion());
    }

    @Test
    void aGreetingTellsTheLanguageWhereTheRestDoesNot() {
        assertThat(judge.judge(Prompt.of("Hallo! Photosynthese?"), PATIENCE).language())
                .isEqualTo("de");
        assertThat(judge.judge(Prompt.of("Hallo! What is photosynthesis?"), PATIENCE)
                        .language())
                .isEqualTo("en");
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAR, "Was sind eure Öffnungszeiten am Wochenende?"})
    void aCallerWithoutCutoffsToReachNeedsNoMeaning(String question) {
        judge.judge(Prompt.of(question), Optional.of(new Cutoffs(List.of())), PATIENCE);

        assertThat(embedder.asked).isZero();
    }

    private static Optional<Cutoffs> at(double cutoff) {
        return Optional.of(new Cutoffs(List.of(cutoff)));
    }

    /** Gives every question the same meaning, in time if there is any. */
    private static final class CountingEmbedder implements Embedder {
        private final float[] vector = new float[384];
        private int asked;

        CountingEmbedder() {
            vector[0] = 1;
        }

        @Override
        public Meaning meaningOf(String question, Duration patience) {
            return () -> {
                asked++;
                return patience.isZero() ? Optional.empty() : Optional.of(vector);
            };
        }

        @Override
        public String version() {
            return "counting";
        }
    }
}
