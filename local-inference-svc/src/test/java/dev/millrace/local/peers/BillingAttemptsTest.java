package dev.millrace.local.peers;

import dev.millrace.local.AttemptLedger.Attempt;
import dev.millrace.schema.billing.v1.AttemptPhase;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.RecordAttemptRequest;
import dev.millrace.schema.billing.v1.RecordAttemptResponse;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.testing.GrpcExtension;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class BillingAttemptsTest {
    private static final Attempt ATTEMPT = new Attempt("turn", "tenant", "turn/1", 1, "embedded", "millrace-starter");

    @RegisterExtension
    final GrpcExtension grpc = new GrpcExtension();

    private final Ledger billing = new Ledger();

    @Test
    void tellsBeginAndEndEvenWhenTheCallHasBeenCancelled() throws Exception {
        try (BillingAttempts attempts = new BillingAttempts(grpc.inProcess(billing));
                Context.CancellableContext call = Context.current().withCancellation()) {
            call.run(() -> attempts.started(ATTEMPT));
            call.cancel(null);
            call.run(() -> attempts.ended(
                    ATTEMPT, TokenUsage.newBuilder().setOutputTokens(3).build(), "cancelled"));

            await().until(() -> billing.rows.size() == 2);
        }
        assertThat(billing.rows)
                .extracting(RecordAttemptRequest::getPhase)
                .containsExactly(AttemptPhase.ATTEMPT_PHASE_STARTED, AttemptPhase.ATTEMPT_PHASE_ENDED);
        assertThat(billing.rows.getLast().getFreeWithoutPrice()).isTrue();
        assertThat(billing.rows.getLast().getUsage().getOutputTokens()).isEqualTo(3);
    }

    @Test
    void neverMakesACallWaitAndTriesAgainWhenBillingIsBack() throws Exception {
        billing.failuresLeft = 2;
        try (BillingAttempts attempts = new BillingAttempts(grpc.inProcess(billing))) {
            long begin = System.nanoTime();
            attempts.started(ATTEMPT);
            long waitedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);

            await().until(() -> billing.rows.size() == 1);
            assertThat(waitedMillis).isLessThan(1_000);
            assertThat(attempts.droppedRows()).isZero();
        }
    }

    @Test
    void dropsAndCountsWhatDoesNotFit() throws Exception {
        try (BillingAttempts attempts = new BillingAttempts(grpc.open("inprocess:///nobody-listens-here"))) {
            for (int i = 0; i < 10_200; i++) {
                attempts.started(ATTEMPT);
            }

            assertThat(attempts.droppedRows()).isPositive();
            assertThat(attempts.waitingRows()).isLessThanOrEqualTo(10_000);
        }
    }

    /** Keeps rows, after failing as often as it is told. */
    private static final class Ledger extends BillingServiceGrpc.BillingServiceImplBase {
        private final List<RecordAttemptRequest> rows = new CopyOnWriteArrayList<>();
        private volatile int failuresLeft;

        @Override
        public synchronized void recordAttempt(
                RecordAttemptRequest request, StreamObserver<RecordAttemptResponse> observer) {
            if (failuresLeft > 0) {
                failuresLeft = failuresLeft - 1;
                observer.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            rows.add(request);
            observer.onNext(RecordAttemptResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }
}
