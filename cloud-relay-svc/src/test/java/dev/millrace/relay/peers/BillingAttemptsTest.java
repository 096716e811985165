package dev.millrace.relay.peers;

import dev.millrace.relay.AttemptKey;
import dev.millrace.relay.AttemptLedger.TryKey;
import dev.millrace.rpc.CallContext;
import dev.millrace.schema.billing.v1.AttemptPhase;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.RecordAttemptRequest;
import dev.millrace.schema.billing.v1.RecordAttemptResponse;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.testing.GrpcExtension;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

final class BillingAttemptsTest {
    private static final TryKey KEY = new TryKey(new AttemptKey("turn", "tenant-a", "turn/1"), 1, "acme", "m");
    private static final TokenUsage USAGE =
            TokenUsage.newBuilder().setOutputTokens(3).build();

    @RegisterExtension
    final GrpcExtension grpc = new GrpcExtension();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** A billing service that takes rows, loses its ledger, or never answers. */
    private static final class Ledger extends BillingServiceGrpc.BillingServiceImplBase {
        private final List<RecordAttemptRequest> rows = new CopyOnWriteArrayList<>();
        private volatile Status failure = Status.OK;
        private volatile boolean mute;

        @Override
        public void recordAttempt(RecordAttemptRequest request, StreamObserver<RecordAttemptResponse> observer) {
            if (mute) {
                return;
            }
            if (!failure.isOk()) {
                observer.onError(failure.asRuntimeException());
                return;
            }
            rows.add(request);
            observer.onNext(RecordAttemptResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }

    private BillingAttempts attempts(Ledger ledger) {
        Channel channel = grpc.inProcess(ledger);
        return new BillingAttempts(channel, timer);
    }

    @Test
    void startIsWrittenBeforeTheAnswerGoesOn() throws InterruptedException {
        Ledger ledger = new Ledger();
        try (BillingAttempts attempts = attempts(ledger)) {
            attempts.started(new TryKey(KEY.attempt(), 9, "acme", "m"));
            await().until(() -> ledger.rows.size() == 1);

            attempts.started(KEY).await();

            assertThat(ledger.rows).hasSize(2).allSatisfy(row -> {
                assertThat(row.getPhase()).isEqualTo(AttemptPhase.ATTEMPT_PHASE_STARTED);
                assertThat(row.getTenant()).isEqualTo("tenant-a");
            });
        }
    }

    @Test
    void endIsWrittenThoughItsCallWasCancelled() {
        Ledger ledger = new Ledger();
        try (BillingAttempts attempts = attempts(ledger)) {
            Context.CancellableContext call = CallContext.withTenant("tenant-a").withCancellation();
            call.run(() -> {
                call.cancel(null);
                attempts.ended(KEY, USAGE, "cancelled");
            });

            await().until(() -> ledger.rows.size() == 1);
            assertThat(ledger.rows.getFirst().getUsage()).isEqualTo(USAGE);
            assertThat(ledger.rows.getFirst().getOutcome()).isEqualTo("cancelled");
        }
    }

    @Test
    void muteBillingCostsFiftyMillisecondsOnce() throws InterruptedException {
        Ledger ledger = new Ledger();
        ledger.mute = true;
        try (BillingAttempts attempts = attempts(ledger)) {
            long begin = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                attempts.started(KEY).await();
            }

            // Waiting for each would take 50 s; billing is asked for again every 2 s, and waited for then.
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(25));
        }
    }

    @Test
    void rowsWaitForBillingToComeBack() {
        Ledger ledger = new Ledger();
        ledger.failure = Status.UNAVAILABLE;
        try (BillingAttempts attempts = attempts(ledger)) {
            attempts.started(KEY);
            attempts.ended(KEY, USAGE, "completed");
            await().until(() -> attempts.waiting() == 2);

            ledger.failure = Status.OK;

            await().until(() -> ledger.rows.size() == 2);
            assertThat(attempts.lost()).isZero();
            assertThat(ledger.rows)
                    .extracting(RecordAttemptRequest::getPhase)
                    .containsExactlyInAnyOrder(AttemptPhase.ATTEMPT_PHASE_STARTED, AttemptPhase.ATTEMPT_PHASE_ENDED);
        }
    }

    @Test
    void rowThatBillingRefusesForGoodIsCountedAsLost() {
        Ledger ledger = new Ledger();
        ledger.failure = Status.INVALID_ARGUMENT;
        try (BillingAttempts attempts = attempts(ledger)) {
            attempts.ended(KEY, USAGE, "completed");

            await().until(() -> attempts.lost() == 1);
            assertThat(attempts.waiting()).isZero();
        }
    }
}
