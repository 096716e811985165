package dev.millrace.gateway.flow;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Completions;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RoutingPreference;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.gateway.TurnSink;
import dev.millrace.schema.completion.v1.SamplingParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

final class TurnLimitTest {
    private static final TurnRequest REQUEST = new TurnRequest(
            Caller.LOCAL,
            "",
            List.of(),
            "auto",
            RoutingPreference.NONE,
            SamplingParameters.getDefaultInstance(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Delivery.STREAMED,
            Map.of(),
            "",
            "",
            0);
    private static final TurnSink NOBODY = (sequence, attempt, event) -> {};

    @Test
    void refusesOneMoreThanItHoldsAndTakesItWhenOneHasEnded() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        TurnLimit limit = new TurnLimit(new Waiting(running, mayEnd), 1);
        Thread first = Thread.ofVirtual().start(() -> limit.run(REQUEST, NOBODY));
        running.await();

        TurnFault refusal = catchThrowableOfType(TurnFault.class, () -> limit.run(REQUEST, NOBODY));
        mayEnd.countDown();
        first.join();
        limit.run(REQUEST, NOBODY);

        assertThat(refusal.reason()).isEqualTo(Reason.CAPACITY_EXHAUSTED);
        assertThat(refusal.retryAfter()).isPresent();
        assertThat(refusal.getMessage()).contains("gateway.limits.turns-max");
    }

    /** Turns that say that they run, and end when they may. */
    private record Waiting(CountDownLatch running, CountDownLatch mayEnd) implements Completions {
        @Override
        public void run(TurnRequest request, TurnSink sink) {
            running.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public Explanation explain(TurnRequest request) {
            throw new UnsupportedOperationException("no test asks");
        }
    }
}
