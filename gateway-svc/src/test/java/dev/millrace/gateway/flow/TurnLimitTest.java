package dev.millrace.gateway.flow;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Completions;
import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RoutingPreference;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnSink;
import dev.millrace.gateway.fakes.TurnRequests;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

final class TurnLimitTest {
    private static final TurnRequest REQUEST = TurnRequests.of(List.of()).build();
    private static final TurnSink NOBODY = (sequence, attempt, event) -> {};

    private static final Embeddings.Request TEXTS = new Embeddings.Request(
            Caller.LOCAL, "", List.of("a"), "auto", OptionalInt.empty(), RoutingPreference.NONE, Map.of());

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final TurnLimit limit = new TurnLimit(1);
    private final Completions completions = limit.within(new Waiting(running, mayEnd));
    private final Embeddings embeddings = limit.within((Embeddings) request -> {
        throw new TurnFault(Reason.MODEL_UNKNOWN, "it got through", Map.of());
    });

    @Test
    void refusesOneMoreThanItHoldsAndTakesItWhenOneHasEnded() throws Exception {
        Thread first = Thread.ofVirtual().start(() -> completions.run(REQUEST, NOBODY));
        running.await();
        assertThat(limit.running()).isEqualTo(1);

        TurnFault refusal = refused(() -> completions.run(REQUEST, NOBODY));
        TurnFault embedding = refused(() -> embeddings.embed(TEXTS));
        mayEnd.countDown();
        first.join();
        completions.run(REQUEST, NOBODY);

        assertThat(refusal.reason()).isEqualTo(Reason.CAPACITY_EXHAUSTED);
        assertThat(refusal.retryAfter()).isPresent();
        assertThat(refusal.getMessage()).contains("gateway.limits.turns-max");
        assertThat(embedding.reason()).isEqualTo(Reason.CAPACITY_EXHAUSTED);
        assertThat(limit.running()).isZero();
        assertThat(refused(() -> embeddings.embed(TEXTS)).reason()).isEqualTo(Reason.MODEL_UNKNOWN);
        assertThat(limit.running()).isZero();
    }

    @Test
    void whatRunsEndsWhileNewTurnsAreToldToComeBack() throws Exception {
        Thread first = Thread.ofVirtual().start(() -> completions.run(REQUEST, NOBODY));
        running.await();

        limit.drain();

        for (TurnFault refusal :
                List.of(refused(() -> completions.run(REQUEST, NOBODY)), refused(() -> embeddings.embed(TEXTS)))) {
            assertThat(refusal.reason()).isEqualTo(Reason.DRAINING);
            assertThat(refusal.retryAfter()).isPresent();
        }
        assertThat(limit.running()).isEqualTo(1);
        mayEnd.countDown();
        first.join();
        assertThat(limit.running()).isZero();
    }

    private static TurnFault refused(ThrowingCallable turn) {
        return catchThrowableOfType(TurnFault.class, turn);
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
