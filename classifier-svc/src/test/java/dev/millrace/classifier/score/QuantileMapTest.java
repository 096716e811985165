package dev.millrace.classifier.score;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class QuantileMapTest {

    private final QuantileMap map = new QuantileMap(new double[] {-1, 0, 2}, new double[] {0, 0.5, 1});

    @Test
    void interpolatesBetweenKnots() {
        assertThat(map.scoreOf(-0.5)).isEqualTo(0.25);
        assertThat(map.scoreOf(0)).isEqualTo(0.5);
        assertThat(map.scoreOf(1)).isEqualTo(0.75);
    }

    @Test
    void staysBetweenZeroAndOneBeyondTheKnots() {
        assertThat(map.scoreOf(-9)).isZero();
        assertThat(map.scoreOf(9)).isEqualTo(1);
    }

    @Test
    void refusesKnotsThatWouldLoseTheOrder() {
        assertThatThrownBy(() -> new QuantileMap(new double[] {0, 0}, new double[] {0, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("knot 1");
    }
}
