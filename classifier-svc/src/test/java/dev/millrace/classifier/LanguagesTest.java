package dev.millrace.classifier;

import dev.millrace.classifier.language.ScriptAndWordsDetector;
import dev.millrace.classifier.score.RouterScorer;
import dev.millrace.classifier.sensitivity.LinearScanner;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks what is said of a hundred made-up prompts in each of five languages, and prints the figures. */
class LanguagesTest {

    private static final String EASY = "easy";
    private static final String HARD = "hard";

    private final RouterScorer scorer = RouterScorer.load();
    private final ScriptAndWordsDetector languages = new ScriptAndWordsDetector();
    private final LinearScanner scanner = new LinearScanner();
    private final List<Line> lines = read();

    @ParameterizedTest
    @ValueSource(strings = {"zh", "de", "es", "fr", "ja"})
    void hardPromptsScoreHigherThanEasyOnes(String language) {
        List<Double> easy = scores(language, EASY);
        List<Double> hard = scores(language, HARD);
        double ordered = easy.stream()
                .mapToDouble(low -> share(hard, high -> high > low))
                .average()
                .orElse(0);

        print(language, "pairs of easy and hard in the right order", ordered);
        assertThat(easy).hasSize(40);
        assertThat(hard).hasSize(40);
        assertThat(ordered).isGreaterThanOrEqualTo(0.9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zh", "de", "es", "fr", "ja"})
    void theLanguageIsNamed(String language) {
        List<Line> all = of(language, line -> true);

        double named = share(all, line -> languages.languageOf(line.text).startsWith(language));

        print(language, "named as what they are", named);
        assertThat(all).hasSize(100);
        assertThat(named)
                .as(() -> of(language, line -> !languages.languageOf(line.text).startsWith(language))
                        .toString())
                .isGreaterThanOrEqualTo(0.95);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zh", "de", "es", "fr", "ja"})
    void whatMustNotLeaveIsFoundAndNothingElse(String language) {
        List<Line> sensitive = of(language, line -> !isPlain(line));
        List<Line> plain = of(language, LanguagesTest::isPlain);

        assertThat(sensitive)
                .hasSize(20)
                .allSatisfy(line -> assertThat(kinds(line)).as(line.text).contains(line.kind));
        assertThat(plain)
                .allSatisfy(line -> assertThat(kinds(line)).as(line.text).isEmpty());
    }

    private List<String> kinds(Line line) {
        return scanner.scan(List.of(line.text)).findings().stream()
                .map(finding -> finding.kind().name())
                .toList();
    }

    private List<Double> scores(String language, String kind) {
        return of(language, line -> line.kind.equals(kind)).stream()
                .map(line -> scorer.score(PlainText.of(line.text), 0, Meaning.UNKNOWN)
                        .score())
                .toList();
    }

    private List<Line> of(String language, Predicate<Line> wanted) {
        return lines.stream()
                .filter(line -> line.language.equals(language))
                .filter(wanted)
                .toList();
    }

    private static boolean isPlain(Line line) {
        return line.kind.equals(EASY) || line.kind.equals(HARD);
    }

    private static <T> double share(List<T> all, Predicate<T> wanted) {
        return all.stream().filter(wanted).count() / (double) all.size();
    }

    private static void print(String language, String what, double share) {
        System.out.printf(Locale.ROOT, "language %s: %s %.3f%n", language, what, share);
    }

    private static List<Line> read() {
        try (InputStream in = LanguagesTest.class.getResourceAsStream("/language/prompts.tsv")) {
            if (in == null) {
                throw new IllegalStateException("missing resource");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 3))
                    .map(parts -> new Line(parts[0], parts[1], parts[2]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Line(String language, String kind, String text) {}
}
