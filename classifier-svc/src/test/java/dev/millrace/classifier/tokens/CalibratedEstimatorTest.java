package dev.millrace.classifier.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class CalibratedEstimatorTest {

    private final CalibratedEstimator estimator = new CalibratedEstimator();

    /** A hold is a quarter larger than the estimate: so much may be missing, and half as much again may be too much. */
    @ParameterizedTest
    @MethodSource("counted")
    void liesWithinTheReserveOfWhatTheEncodingCounts(String language, int counted, String text) {
        double estimated = CalibratedEstimator.tokensOf(text);

        assertThat(estimated * 1.25 + 5).as(language).isGreaterThanOrEqualTo(counted);
        assertThat(estimated).as(language).isLessThan(counted * 1.4 + 3);
    }

    @Test
    void countsTheFramingOfEveryMessage() {
        long one = estimator.tokensOf(List.of("one two three"));
        long two = estimator.tokensOf(List.of("one two three", "one two three"));

        assertThat(one).isBetween(9L, 12L);
        assertThat(two - one).isBetween(6L, 8L);
    }

    @Test
    void growsEvenlyWithLength() {
        String sentence = "The quick brown fox jumps over the lazy dog. ";

        double once = CalibratedEstimator.tokensOf(sentence.repeat(10));
        double tenTimes = CalibratedEstimator.tokensOf(sentence.repeat(100));

        assertThat(tenTimes / once).isBetween(9.9, 10.1);
    }

    static Stream<Object[]> counted() throws IOException {
        try (InputStream in = CalibratedEstimatorTest.class.getResourceAsStream("/tokens/counted.tsv")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 3))
                    .map(parts -> new Object[] {parts[0], Integer.parseInt(parts[1]), parts[2].replace("\\n", "\n")});
        }
    }
}
