package dev.millrace.classifier.score;

import dev.millrace.classifier.Meaning;
import dev.millrace.classifier.PlainText;
import dev.millrace.classifier.Question;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Measures what the part of other languages in the score was chosen by, and prints it. */
class LanguageShiftTest {

    private static final double COMPLEX_FROM = 0.65;
    private static final double RIGHT_MIN = 0.92;

    private final RouterScorer scorer = RouterScorer.load();

    @Test
    void morePromptsReachTheirTierThanIfTheyWereReadAsEnglish() throws IOException {
        List<Labelled> prompts = read();

        double shifted = share(prompts, false);
        double asEnglish = share(prompts, true);

        System.out.printf(
                Locale.ROOT,
                "language, %d prompts: tier right by the text alone %.3f, as if in English %.3f%n",
                prompts.size(),
                shifted,
                asEnglish);
        assertThat(shifted).isGreaterThanOrEqualTo(RIGHT_MIN).isGreaterThan(asEnglish);
    }

    @Test
    void aGreetingInAnotherLanguageIsAnyGreeting() {
        assertThat(score(new Question("bonjour", "fr", 0))).isEqualTo(score(new Question("hello", "en", 0)));
    }

    @Test
    void aTextOfUnknownLanguageIsNotShifted() {
        assertThat(score(new Question("kubernetes ingress", "und", 0)))
                .isEqualTo(score(new Question("kubernetes ingress", "en", 0)));
    }

    @Test
    void theMeaningIsNotAskedForWhereTheEmbeddingCannotReadTheScript() {
        Meaning never = () -> {
            throw new AssertionError("asked for a meaning");
        };

        assertThat(scorer.score(new Question("図書館の貸出システムを設計してください", "ja", 0), never, Optional.empty())
                        .score())
                .isPositive();
    }

    private double share(List<Labelled> prompts, boolean asEnglish) {
        return prompts.stream()
                        .filter(line -> line.hard == (score(line.question(asEnglish)) >= COMPLEX_FROM))
                        .count()
                / (double) prompts.size();
    }

    private double score(Question question) {
        return scorer.score(question, Meaning.UNKNOWN, Optional.empty()).score();
    }

    private static List<Labelled> read() throws IOException {
        try (InputStream in = LanguageShiftTest.class.getResourceAsStream("/language/shift.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 3))
                    .map(parts -> new Labelled(parts[0], parts[1].equals("hard"), parts[2]))
                    .toList();
        }
    }

    /** A prompt of another language, hard or easy. */
    private record Labelled(String language, boolean hard, String text) {

        Question question(boolean asEnglish) {
            return new Question(PlainText.of(text), asEnglish ? "en" : language, 0);
        }
    }
}
