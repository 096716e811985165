package dev.millrace.classifier.score;

import dev.millrace.classifier.Complexity;
import dev.millrace.classifier.Meaning;
import dev.millrace.classifier.PlainText;
import dev.millrace.classifier.Reason;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RouterScorerTest {

    private static final String PROOF = "Prove that there are infinitely many primes, two ways";

    private final RouterScorer scorer = RouterScorer.load();

    @Test
    void thePartThatStandsForAnUnknownMeaningIsAUsualOne() {
        assertThat(Neighbours.load().usualPart()).isBetween(Neighbours.PART_SELDOM_BELOW, Neighbours.PART_SELDOM_ABOVE);
    }

    @Test
    void saysNothingOfATopicThatItDoesNotKnow() {
        assertThat(complexity(PROOF).reasons()).extracting(Reason::signal).doesNotContain("topic");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What are your opening hours?",
                "When do you open?",
                "hello",
                "Hey, how's it going?",
                "Who painted the Mona Lisa?",
                "How do I change my delivery address?",
                "Was sind eure Öffnungszeiten?",
                "你好",
                "thanks!"
            })
    void smallTalkAndKnownFactsNeedNoStrongModel(String question) {
        assertThat(score(question)).isLessThan(0.15);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PROOF,
                "Prove Fermat's little theorem.",
                "Implement a lock-free hash map in C++ and argue why it is linearizable.",
                "Find the integral of sin(x)^3 cos(x) dx and verify by differentiation.",
                "Design a fault-tolerant message queue and explain the trade-offs of its delivery guarantees."
            })
    void proofsDesignsAndCalculusNeedTheStrongModel(String question) {
        assertThat(score(question)).isGreaterThan(0.4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello! Prove that there are infinitely many primes, two ways",
                "Could you please prove that there are infinitely many primes, two ways",
                "PROVE THAT THERE ARE INFINITELY MANY PRIMES, TWO WAYS",
                "Prove  that  there are\tinfinitely many primes,   two ways  ",
                "Prove that there are infinitely many primes, two ways\nThanks in advance!"
            })
    void politenessCapitalsAndBlanksMoveNothing(String edited) {
        assertThat(score(edited)).isEqualTo(score(PROOF));
    }

    @Test
    void earlierTurnsRaiseTheScoreTurnByTurnAndAreNamedAsTheReason() {
        double before = 0;
        for (int turns = 0; turns <= 20; turns++) {
            double score = withTurns(turns).score();
            assertThat(score).as("after %d turns", turns).isGreaterThan(before);
            before = score;
        }

        assertThat(withTurns(20).reasons()).anySatisfy(reason -> {
            assertThat(reason.signal()).isEqualTo("history");
            assertThat(reason.weight()).isPositive();
        });
    }

    @ParameterizedTest
    @CsvSource({"why, length: 1 word", "why not, length: 2 words"})
    void theLengthIsToldInPlainEnglish(String question, String told) {
        assertThat(complexity(question).reasons())
                .extracting(Reason::description)
                .contains(told);
    }

    @Test
    void onlyBothEndsOfALongQuestionAreRead() {
        String head = "x ".repeat(2_000);
        String tail = "y ".repeat(2_000);

        assertThat(score(head + "prove the theorem ".repeat(500) + tail))
                .isEqualTo(score(head + "what is it? ".repeat(500) + tail));
    }

    @Test
    void reasonsComeStrongestFirstAndDescribeWithoutQuoting() {
        Complexity complexity = complexity(PROOF);

        assertThat(complexity.reasons()).isNotEmpty().hasSizeLessThanOrEqualTo(8);
        assertThat(complexity.reasons())
                .extracting(reason -> -Math.abs(reason.weight()))
                .isSorted();
        Reason proof = complexity.reasons().stream()
                .filter(reason -> reason.signal().equals("proof_words"))
                .findFirst()
                .orElseThrow();
        assertThat(proof.weight()).isPositive();
        assertThat(proof.words()).contains("prove");
        assertThat(proof.description()).doesNotContain("infinitely");
    }

    @Test
    void whatAQuestionLacksIsNotSaidToBeThere() {
        assertThat(complexity(PROOF).reasons())
                .filteredOn(reason -> reason.signal().equals("option_lines")
                        || reason.signal().equals("choice_words"))
                .extracting(Reason::description)
                .containsExactlyInAnyOrder("no lines that list answer options", "no terms of examination questions");
        assertThat(complexity("Which is a prime number?\nA) 4\nB) 6\nC) 7\nD) 9")
                        .reasons())
                .filteredOn(reason -> reason.signal().equals("option_lines"))
                .extracting(Reason::description)
                .containsExactly("lines that list answer options");
    }

    @Test
    void whatCannotBeLackingHasNoWordsForItsAbsence() {
        assertThat(Feature.values())
                .allSatisfy(feature ->
                        assertThat(feature.description(0)).matches("no .*|" + Pattern.quote(feature.description(1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hi", "Good evening!", "hey there, thanks", "Hello! Can you help me?", "  HOLA "})
    void courtesiesThatStandAloneAreOneAndNeedNoMeaning(String courtesy) {
        Meaning meaning = () -> {
            throw new AssertionError("was asked for");
        };

        Complexity complexity = scorer.score(PlainText.of(courtesy), 0, meaning);
        assertThat(complexity.score()).isEqualTo(score("hello"));
        assertThat(complexity.reasons()).extracting(Reason::signal).containsExactly("courtesy");
        assertThat(complexity.reasons().getFirst().weight()).isNegative();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u0000", "?", "\ud800", "مرحبا", "=====", "1 1 1 1 1 1 1 1 1 1"})
    void oddTextsStillGetAScoreBetweenZeroAndOne(String question) {
        Complexity complexity = complexity(question);

        assertThat(complexity.score()).isBetween(0.0, 1.0);
        assertThat(complexity.confidence()).isBetween(0.0, 1.0);
    }

    private Complexity withTurns(int turns) {
        return scorer.score("and the next step?", turns, Meaning.UNKNOWN);
    }

    private Complexity complexity(String question) {
        return scorer.score(PlainText.of(question), 0, Meaning.UNKNOWN);
    }

    private double score(String question) {
        return complexity(question).score();
    }
}
