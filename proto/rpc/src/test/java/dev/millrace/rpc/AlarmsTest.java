package dev.millrace.rpc;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
final class AlarmsTest {
    private static final Duration SOON = Duration.ofMillis(30);
    private static final Duration NEVER = Duration.ofMinutes(10);

    @Test
    void ringsNotBeforeItsTime() throws Exception {
        CompletableFuture<Long> rung = new CompletableFuture<>();
        long begin = System.nanoTime();

        Alarms.set(SOON, () -> rung.complete(System.nanoTime()));

        assertThat(Duration.ofNanos(rung.get() - begin)).isGreaterThanOrEqualTo(SOON);
    }

    @Test
    void aCancelledAlarmDoesNotRing() throws Exception {
        AtomicBoolean rang = new AtomicBoolean();
        CompletableFuture<Boolean> later = new CompletableFuture<>();
        Alarms.Alarm cancelled = Alarms.set(SOON, () -> rang.set(true));

        cancelled.cancel();
        Alarms.set(SOON.multipliedBy(3), () -> later.complete(true));

        assertThat(later.get()).isTrue();
        assertThat(rang).isFalse();
    }

    @Test
    void aWaitEndsWithItsFutureOrWithoutIt() throws Exception {
        CompletableFuture<String> comes = new CompletableFuture<>();
        CompletableFuture<String> stays = new CompletableFuture<>();
        Alarms.set(SOON, () -> comes.complete("here"));

        assertThat(Alarms.await(comes, NEVER)).contains("here");
        assertThat(Alarms.await(comes, Duration.ZERO)).contains("here");
        assertThat(Alarms.await(stays, SOON)).isEmpty();
    }

    @Test
    void aWaitFailsAsItsFutureDoes() {
        CompletableFuture<String> fails = new CompletableFuture<>();
        Alarms.set(SOON, () -> fails.completeExceptionally(new IllegalStateException("broken")));

        assertThatThrownBy(() -> Alarms.await(fails, NEVER))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("broken");
    }
}
