package dev.millrace.gateway.catalogue;

import dev.millrace.gateway.Target;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ObservedModelsTest {

    private long now = 1;
    private final ObservedModels models = new ObservedModels(() -> now);

    @Test
    void speaksOfATailOnlyWithTwentyObservations() {
        for (int i = 1; i < 20; i++) {
            models.sawFirstToken(Target.LOCAL, "m", Duration.ofMillis(i));
        }
        assertThat(models.firstTokenP95(Target.LOCAL, "m")).isEmpty();

        models.sawFirstToken(Target.LOCAL, "m", Duration.ofMillis(20));

        assertThat(models.firstTokenP95(Target.LOCAL, "m")).contains(Duration.ofMillis(19));
        assertThat(models.firstTokenMedian(Target.LOCAL, "m")).contains(Duration.ofMillis(10));
        assertThat(models.firstTokenMedian(Target.CLOUD, "m")).isEmpty();
    }

    @Test
    void remembersARefusalForAMomentAndThenLetsOneCallProbe() {
        models.sawFull(Target.LOCAL, "m");
        assertThat(models.isFull(Target.LOCAL, "m")).isTrue();

        now += ObservedModels.FULL_FOR.toNanos();

        assertThat(models.isFull(Target.LOCAL, "m")).isFalse();
        assertThat(models.isFull(Target.LOCAL, "m")).isTrue();
        models.sawFirstToken(Target.LOCAL, "m", Duration.ofMillis(1));
        assertThat(models.isFull(Target.LOCAL, "m")).isFalse();
    }
}
