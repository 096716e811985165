package dev.millrace.gateway.flow;

import dev.millrace.gateway.Backend.FirstTokenLimit;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.schema.completion.v1.Progress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

final class FirstTokenWatchTest {

    private static final Progress QUEUED = Progress.newBuilder()
            .setQueued(Progress.Queued.newBuilder().setPosition(1))
            .build();
    private static final Progress THINKING = Progress.newBuilder()
            .setThinking(Progress.Thinking.getDefaultInstance())
            .build();

    private long now;

    @Test
    void theLimitIsTheLargerOfTargetAndThreeTimesTheTail() {
        assertThat(limit(ofMillis(100), Optional.of(ofMillis(50)), State.LOADED))
                .isEqualTo(ofMillis(150));
        assertThat(limit(ofMillis(500), Optional.of(ofMillis(50)), State.LOADED))
                .isEqualTo(ofMillis(500));
        assertThat(limit(ofMillis(100), Optional.of(ofSeconds(9)), State.LOADED))
                .isEqualTo(ofSeconds(10));
        assertThat(limit(ofMillis(100), Optional.empty(), State.LOADED)).isEqualTo(ofSeconds(1));
        assertThat(limit(ofSeconds(2), Optional.empty(), State.LOADED)).isEqualTo(ofSeconds(2));
        assertThat(limit(ofMillis(100), Optional.empty(), State.COLD)).isEqualTo(ofSeconds(10));
        assertThat(limit(ofMillis(100), Optional.empty(), State.RESTING)).isEqualTo(ofSeconds(1));
        assertThat(limit(ofMillis(100), Optional.empty(), State.UNAVAILABLE)).isEqualTo(ofSeconds(10));
    }

    @Test
    void aBackendIsToldALittleLessSoThatItNoticesFirst() {
        FirstTokenWatch watch = watch(Optional.of(ofSeconds(1)));
        FirstTokenWatch longest = watch(Optional.of(GatewayFixture.LIMITS.firstTokenMax()));

        assertThat(watch.told()).contains(new FirstTokenLimit(ofMillis(950), false));
        assertThat(longest.told()).contains(new FirstTokenLimit(ofMillis(9750), true));
        assertThat(watch(Optional.empty()).told()).isEmpty();
    }

    @Test
    void whatABackendOnlyQueuedForIsNotCalledLate() {
        FirstTokenWatch watch = watch(Optional.of(ofSeconds(1)));
        pass(ofMillis(400));
        assertThat(watch.late()).contains(ofMillis(400));

        watch.saw(QUEUED);

        assertThat(watch.late()).isEmpty();
    }

    @Test
    void aBackendThatIsGoneIsNotCalledSlow() {
        FirstTokenWatch watch = watch(Optional.of(ofSeconds(3)));
        pass(ofSeconds(3));
        assertThat(watch.late()).as("without a beat").isEmpty();

        watch.saw(Progress.newBuilder()
                .setThinking(Progress.Thinking.getDefaultInstance())
                .build());
        pass(ofMillis(900));

        assertThat(watch.late()).as("that beats").contains(ofMillis(3900));
    }

    @Test
    void queueingSuspendsTheLimitAndThinkingDoesNot() {
        FirstTokenWatch watch = watch(Optional.of(ofSeconds(1)));
        pass(ofMillis(400));
        watch.saw(QUEUED);
        pass(ofSeconds(4));
        assertThat(watch.patience()).isPositive();

        watch.saw(THINKING);

        assertThat(watch.active()).isEqualTo(ofMillis(400));
        assertThat(watch.patience()).isEqualTo(ofMillis(600));
        pass(ofMillis(600));
        assertThat(watch.patience()).isZero();
        assertThat(watch.isLost()).isFalse();
    }

    @Test
    void suspensionHasAnEndOfItsOwn() {
        FirstTokenWatch watch = watch(Optional.of(ofSeconds(1)));

        for (int i = 0; i < 30; i++) {
            watch.saw(QUEUED);
            pass(ofSeconds(1));
        }

        assertThat(watch.patience().isPositive()).isFalse();
    }

    @Test
    void theLastCandidateWaitsForEverUnlessItsBeatsEnd() {
        FirstTokenWatch watch = watch(Optional.empty());
        for (int second = 0; second < 300; second++) {
            watch.saw(THINKING);
            pass(ofSeconds(1));
            assertThat(watch.patience()).isPositive();
        }

        pass(GatewayFixture.LIMITS.beatSilenceMax());

        assertThat(watch.isLost()).isTrue();
    }

    @Test
    void aLastCandidateThatNeverBeatsIsLost() {
        FirstTokenWatch watch = watch(Optional.empty());
        pass(GatewayFixture.LIMITS.beatSilenceMax());
        assertThat(watch.isLost()).isFalse();

        pass(GatewayFixture.LIMITS.tokenSilenceMax());

        assertThat(watch.isLost()).isTrue();
    }

    @Test
    void betweenTokensAPauseIsBounded() {
        FirstTokenWatch watch = watch(Optional.of(ofSeconds(1)));
        watch.sawToken();
        pass(ofSeconds(9));
        assertThat(watch.isLost()).isFalse();

        pass(ofSeconds(1));

        assertThat(watch.isLost()).isTrue();
    }

    private static Duration limit(Duration target, Optional<Duration> p95, State state) {
        return FirstTokenWatch.limit(target, p95, state, ofSeconds(10));
    }

    private FirstTokenWatch watch(Optional<Duration> limit) {
        return new FirstTokenWatch(limit, GatewayFixture.LIMITS, () -> now);
    }

    private void pass(Duration span) {
        now += span.toNanos();
    }
}
