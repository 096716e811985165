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
    void whatWasWaitedForInVainMakesTheTailGrow() {
        late(ObservedLatency.ENOUGH, Duration.ofSeconds(1));
        assertThat(models.firstTokenP95(Target.CLOUD, "m")).contains(Duration.ofSeconds(1));

        late(4, Duration.ofSeconds(3));

        assertThat(models.firstTokenP95(Target.CLOUD, "m")).contains(Duration.ofSeconds(3));
        assertThat(models.firstTokenP95(Target.LOCAL, "m")).isEmpty();
    }

    @Test
    void aDeadModelMakesOneCallInEightWaitAndNoMore() {
        late(ObservedLatency.LATE_MAX, Duration.ofSeconds(10));
        int waiting = 0;
        for (int call = 0; call < 80; call++) {
            waiting += models.firstTokenP95(Target.CLOUD, "m").isPresent() ? 1 : 0;
            late(1, Duration.ofSeconds(1));
        }
        assertThat(waiting).isEqualTo(80 / ObservedLatency.PROBE_EVERY);

        models.sawFirstToken(Target.CLOUD, "m", Duration.ofSeconds(4));

        assertThat(models.firstTokenP95(Target.CLOUD, "m")).isPresent();
    }

    private void late(int calls, Duration waited) {
        for (int call = 0; call < calls; call++) {
            models.sawLate(Target.CLOUD, "m", waited);
        }
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
