package dev.millrace.relay.retry;

import dev.millrace.relay.Acme;
import dev.millrace.relay.Failure;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class RetryTest {
    private static final Duration FAR = Duration.ofMinutes(1);
    private static final ProviderModel MODEL = Acme.model("one");
    private static final Failure BROKEN =
            Failure.of(Reason.PROVIDER_UNAVAILABLE, "500").asRepeatable();

    private final AtomicLong now = new AtomicLong(Duration.ofHours(1).toNanos());
    private final PacedRetries retries = new PacedRetries(
            new PacedRetries.Rules(3, Duration.ofSeconds(8), 0.10, 3),
            new Backoff(Duration.ofMillis(250), Duration.ofSeconds(8), new Random(1)),
            now::get);

    private Optional<Duration> wait(int nextTry, Failure failure, Duration remaining) {
        return retries.waitBefore(MODEL, nextTry, failure, remaining);
    }

    @Test
    void pausesDoubleAndAreSpread() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350), new Random(7));

        for (int i = 0; i < 100; i++) {
            assertThat(backoff.before(2)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
            assertThat(backoff.before(3)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
            assertThat(backoff.before(60)).isBetween(Duration.ofMillis(175), Duration.ofMillis(350));
        }
        assertThat(backoff.before(2)).isNotEqualTo(backoff.before(2));
    }

    @Test
    void onlyWhatMayBeRepeatedIsRepeatedAndThreeTimesAtMost() {
        assertThat(wait(2, Failure.of(Reason.REQUEST_REJECTED, "400"), FAR)).isEmpty();
        assertThat(wait(3, BROKEN, FAR)).isPresent();
        assertThat(wait(4, BROKEN, FAR)).isEmpty();
    }

    @Test
    void providersWishIsGrantedUpToABound() {
        Failure eager = BROKEN.after(Optional.of(Duration.ofMillis(1)));
        Failure modest = BROKEN.after(Optional.of(Duration.ofSeconds(5)));
        Failure year = BROKEN.after(Optional.of(Duration.ofDays(365)));

        assertThat(wait(2, eager, FAR))
                .hasValueSatisfying(wait -> assertThat(wait).isGreaterThan(Duration.ofMillis(100)));
        assertThat(wait(2, modest, FAR)).contains(Duration.ofSeconds(5));
        assertThat(wait(2, year, FAR)).isEmpty();
    }

    @Test
    void noTryBeginsAfterTheDeadline() {
        assertThat(wait(2, BROKEN, Duration.ofMillis(50))).isEmpty();
    }

    @Test
    void totalFailureCausesATenthMoreCallsAtMost() {
        int granted = 0;
        for (int request = 0; request < 1_000; request++) {
            retries.begun(MODEL);
            for (int next = 2; next <= 3 && wait(next, BROKEN, FAR).isPresent(); next++) {
                granted++;
            }
            now.addAndGet(Duration.ofMillis(55).toNanos());
        }

        assertThat(granted).isBetween(90, 100);
    }

    @Test
    void fewRequestsHaveAFloorThatTimeGivesBack() {
        for (int round = 0; round < 3; round++) {
            retries.begun(MODEL);
            assertThat(wait(2, BROKEN, FAR)).isPresent();
        }
        assertThat(wait(2, BROKEN, FAR)).isEmpty();
        assertThat(retries.waitBefore(Acme.model("other"), 2, BROKEN, FAR)).isPresent();

        now.addAndGet(Duration.ofSeconds(61).toNanos());

        assertThat(wait(2, BROKEN, FAR)).isPresent();
    }
}
