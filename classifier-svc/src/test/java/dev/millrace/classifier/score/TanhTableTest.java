package dev.millrace.classifier.score;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

final class TanhTableTest {

    @Test
    void staysWithinHalfAMillionthOfTheRealTangent() {
        for (int i = -120_000; i <= 120_000; i++) {
            double x = i / 10_000.0;

            assertThat(TanhTable.of(x)).isCloseTo(StrictMath.tanh(x), within(5e-7));
        }
    }

    @Test
    void keepsTheEnds() {
        assertThat(TanhTable.of(1e300)).isEqualTo(1);
        assertThat(TanhTable.of(Double.NEGATIVE_INFINITY)).isEqualTo(-1);
        assertThat(TanhTable.of(0)).isZero();
    }
}
