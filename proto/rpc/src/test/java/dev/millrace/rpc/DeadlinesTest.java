package dev.millrace.rpc;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class DeadlinesTest {
    @Test
    void neverGivesAStepMoreThanThePeersShareOfTheWhole() {
        Deadline whole = Deadlines.after(Duration.ofSeconds(10));

        assertThat(Deadlines.remaining(Deadlines.slice(whole, Duration.ofSeconds(60))))
                .isBetween(Duration.ofMillis(9_000), Duration.ofMillis(9_940));
        assertThat(Deadlines.remaining(Deadlines.slice(whole, Duration.ofMillis(250))))
                .isLessThanOrEqualTo(Duration.ofMillis(250));
    }

    @Test
    void hasNothingLeftOnceItHasPassed() {
        Deadline past = Deadlines.before(Deadlines.after(Duration.ofMillis(10)), Duration.ofSeconds(1));

        assertThat(Deadlines.remaining(past)).isZero();
    }

    @Test
    void takesTheCallsOwnDeadlineWhereThereIsOne() throws Exception {
        try (var timer = Executors.newSingleThreadScheduledExecutor()) {
            Context.CancellableContext call =
                    Context.current().withDeadline(Deadlines.after(Duration.ofSeconds(5)), timer);

            assertThat(call.call(() -> Deadlines.remaining(Deadlines.current())))
                    .isLessThanOrEqualTo(Duration.ofSeconds(5));
            assertThat(Deadlines.remaining(Deadlines.current())).isGreaterThan(Duration.ofSeconds(580));
            call.cancel(null);
        }
    }
}
