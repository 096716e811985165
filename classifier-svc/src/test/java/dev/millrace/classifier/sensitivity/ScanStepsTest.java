package dev.millrace.classifier.sensitivity;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Counts how often the scanner reads a character: time depends on the machine, steps do not. */
class ScanStepsTest {

    /** So long that the looks which any text has for free ({@link LookBudget}) hardly count. */
    private static final int CHARS = 1 << 15;

    private static final double STEPS_A_CHAR_MAX = 40;
    private static final double GROWTH_MAX = 4.1;

    private final LinearScanner scanner = new LinearScanner();

    static List<SlowText> slowTexts() {
        return SlowText.all();
    }

    @ParameterizedTest
    @MethodSource("slowTexts")
    void growWithTheLengthOfTheText(SlowText text) {
        long once = steps(text.ofLength(CHARS));
        long fourfold = steps(text.ofLength(4 * CHARS));

        assertThat((double) fourfold).isLessThanOrEqualTo(GROWTH_MAX * once);
        assertThat(once / (double) CHARS).isLessThan(STEPS_A_CHAR_MAX);
    }

    @Test
    void stayBoundedForAnyMixtureOfTheseTexts() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<SlowText> all = SlowText.all();
        for (int round = 0; round < 400; round++) {
            StringBuilder piece = new StringBuilder();
            for (int i = random.nextInt(4); i >= 0; i--) {
                String one = all.get(random.nextInt(all.size())).piece();
                piece.append(one, 0, Math.min(one.length(), 40));
            }
            String text = new SlowText("mixture", piece.toString()).ofLength(CHARS);

            assertThat(steps(text) / (double) CHARS)
                    .as("seed %d, piece %s", seed, piece)
                    .isLessThan(STEPS_A_CHAR_MAX);
        }
    }

    private long steps(String text) {
        CountedText counted = new CountedText(text);
        scanner.scan(counted, new FindingTally());
        return counted.steps;
    }

    /** A text that counts how often it is read. */
    private static final class CountedText extends ScanText {

        private long steps;

        CountedText(String text) {
            super(text);
        }

        @Override
        char at(int index) {
            steps++;
            return super.at(index);
        }

        @Override
        int kindsAt(int index) {
            steps++;
            return super.kindsAt(index);
        }
    }
}
