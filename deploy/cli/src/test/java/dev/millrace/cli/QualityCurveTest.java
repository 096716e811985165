package dev.millrace.cli;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class QualityCurveTest {

    /** The stronger model helps on the two hardest alone, and harms on the easiest. */
    private final QualityCurve curve = new QualityCurve(List.of(
            new QualityCurve.Prompt(0.9, 0, 1, 0.002),
            new QualityCurve.Prompt(0.7, 0, 1, 0.002),
            new QualityCurve.Prompt(0.5, 1, 1, 0.002),
            new QualityCurve.Prompt(0.1, 1, 1, 0.002)));

    @Test
    void goesFromTheWeakersQualityAtNoCostToTheStrongersAtFullCost() {
        List<QualityCurve.Point> points = curve.points(4);

        assertThat(points).extracting(QualityCurve.Point::quality).containsExactly(0.5, 0.75, 1.0, 1.0, 1.0);
        assertThat(points).extracting(QualityCurve.Point::recovered).containsExactly(0.0, 0.5, 1.0, 1.0, 1.0);
        assertThat(points.getFirst().usdPerThousand()).isZero();
        assertThat(points.getLast().usdPerThousand()).isCloseTo(2, within(1e-9));
        assertThat(points.get(2).fromScore()).isEqualTo(0.7);
    }

    @Test
    void findsTheScoreThatRecoversEnough() {
        assertThat(curve.scoreRecovering(0.5)).isEqualTo(0.9);
        assertThat(curve.scoreRecovering(0.8)).isEqualTo(0.7);
    }

    @Test
    void equalScoresGoTogether() {
        QualityCurve tied =
                new QualityCurve(List.of(new QualityCurve.Prompt(0.5, 0, 1, 0), new QualityCurve.Prompt(0.5, 0, 1, 0)));

        assertThat(tied.scoreRecovering(0.1)).isEqualTo(0.5);
    }

    @Test
    void noPointDividesEqualScores() {
        QualityCurve tied = new QualityCurve(List.of(
                new QualityCurve.Prompt(0.9, 0, 1, 0.002),
                new QualityCurve.Prompt(0.5, 0, 1, 0.002),
                new QualityCurve.Prompt(0.5, 1, 1, 0.002),
                new QualityCurve.Prompt(0.1, 1, 1, 0.002)));

        List<QualityCurve.Point> points = tied.points(4);

        assertThat(points).extracting(QualityCurve.Point::share).containsExactly(0.0, 0.25, 0.75, 1.0);
        assertThat(points).extracting(QualityCurve.Point::fromScore).containsExactly(1.0, 0.9, 0.5, 0.1);
        assertThat(points).extracting(QualityCurve.Point::recovered).containsExactly(0.0, 0.5, 1.0, 1.0);
    }
}
