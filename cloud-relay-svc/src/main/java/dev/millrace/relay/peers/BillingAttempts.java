package dev.millrace.relay.peers;

import dev.millrace.relay.AttemptLedger;
import dev.millrace.rpc.Alarms;
import dev.millrace.rpc.CallContext;
import dev.millrace.schema.billing.v1.AttemptPhase;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.BillingServiceGrpc.BillingServiceStub;
import dev.millrace.schema.billing.v1.RecordAttemptRequest;
import dev.millrace.schema.billing.v1.RecordAttemptResponse;
import dev.millrace.schema.completion.v1.TokenUsage;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells billing of every provider call, without ever standing in the way of one.
 *
 * <p>A start is written while its call is on its way, and waited for at most 50 ms before anything of the answer is handed
 * over; not at all while billing has just failed to answer. What billing did not take
 * goes into an outbox of 10,000 rows and is sent again every second for ten minutes; the rows are idempotent, so that
 * neither repeats nor their order matter. A row that is dropped is counted and logged.
 */
public final class BillingAttempts implements AttemptLedger, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BillingAttempts.class);
    private static final int ROWS_MAX = 10_000;
    private static final int ROWS_AT_ONCE = 500;
    private static final Duration AGE_MAX = Duration.ofMinutes(10);
    private static final Duration START_WAIT_MAX = Duration.ofMillis(50);
    private static final Duration CALL_MAX = Duration.ofSeconds(5);
    private static final Duration TRUST_AFTER = Duration.ofSeconds(2);

    private final BillingServiceStub billing;
    private final LinkedBlockingDeque<Row> outbox = new LinkedBlockingDeque<>(ROWS_MAX);
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong unansweredUntil = new AtomicLong(System.nanoTime());
    private final ScheduledFuture<?> resending;

    /** Sends over the channel; the timer only begins sending again. The channel stays its opener's. */
    public BillingAttempts(Channel channel, ScheduledExecutorService timer) {
        billing = BillingServiceGrpc.newStub(channel).withExecutor(Runnable::run);
        resending = timer.scheduleWithFixedDelay(this::resend, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public Start started(TryKey key) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        send(new Row(base(key).setPhase(AttemptPhase.ATTEMPT_PHASE_STARTED).build(), System.nanoTime()), taken);
        return () -> awaitTaken(taken);
    }

    private void awaitTaken(CompletableFuture<Boolean> taken) throws InterruptedException {
        boolean answering = System.nanoTime() - unansweredUntil.get() >= 0;
        try {
            if (answering && Alarms.await(taken, START_WAIT_MAX).isEmpty()) {
                distrust();
            }
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        }
    }

    @Override
    public void ended(TryKey key, TokenUsage usage, String outcome) {
        RecordAttemptRequest row = base(key)
                .setPhase(AttemptPhase.ATTEMPT_PHASE_ENDED)
                .setUsage(usage)
                .setOutcome(outcome)
                .build();
        send(new Row(row, System.nanoTime()), new CompletableFuture<>());
    }

    private static RecordAttemptRequest.Builder base(TryKey key) {
        return RecordAttemptRequest.newBuilder()
                .setTurnId(key.attempt().turnId())
                .setTenant(key.attempt().tenant())
                .setAttemptId(key.attempt().attemptId())
                .setTry(key.number())
                .setProvider(key.provider())
                .setModel(key.model());
    }

    /** In a context of its own: a row outlives the call that it is about. */
    private void send(Row row, CompletableFuture<Boolean> taken) {
        Context own = CallContext.tenant().isPresent()
                ? Context.current().fork()
                : CallContext.withTenant(row.request.getTenant()).fork();
        own.run(() -> billing.withDeadlineAfter(CALL_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .recordAttempt(row.request, new Receipt(row, taken)));
    }

    private void distrust() {
        unansweredUntil.set(System.nanoTime() + TRUST_AFTER.toNanos());
    }

    private void resend() {
        List<Row> rows = new ArrayList<>();
        outbox.drainTo(rows, ROWS_AT_ONCE);
        for (Row row : rows) {
            if (System.nanoTime() - row.madeNanos > AGE_MAX.toNanos()) {
                lose(row, "older than " + AGE_MAX.toMinutes() + " min");
            } else {
                send(row, new CompletableFuture<>());
            }
        }
    }

    private void keep(Row row) {
        if (!outbox.offer(row)) {
            lose(row, "more than " + ROWS_MAX + " rows wait");
        }
    }

    private void lose(Row row, String cause) {
        lost.incrementAndGet();
        LOG.atWarn()
                .addKeyValue("attempt_id", row.request.getAttemptId())
                .addKeyValue("try", row.request.getTry())
                .addKeyValue("cause", cause)
                .log("a cost row is lost");
    }

    /** Rows that billing will never see. */
    public long lost() {
        return lost.get();
    }

    /** Rows that wait to be sent again. */
    public int waiting() {
        return outbox.size();
    }

    /** Sends no more; what waits is counted as lost. */
    @Override
    public void close() {
        resending.cancel(false);
        resend();
        lost.addAndGet(outbox.size());
    }

    private record Row(RecordAttemptRequest request, long madeNanos) {}

    /** What billing answers to one row. */
    private final class Receipt implements StreamObserver<RecordAttemptResponse> {
        private final Row row;
        private final CompletableFuture<Boolean> taken;

        Receipt(Row row, CompletableFuture<Boolean> taken) {
            this.row = row;
            this.taken = taken;
        }

        @Override
        public void onNext(RecordAttemptResponse answer) {
            taken.complete(true);
        }

        @Override
        public void onError(Throwable failure) {
            Status.Code code = Status.fromThrowable(failure).getCode();
            if (isFinal(code)) {
                lose(row, "billing refuses it: " + code);
            } else {
                distrust();
                keep(row);
            }
            taken.complete(true);
        }

        @Override
        public void onCompleted() {
            taken.complete(true);
        }

        /** What would be refused again. */
        private static boolean isFinal(Status.Code code) {
            return switch (code) {
                case INVALID_ARGUMENT, ALREADY_EXISTS, PERMISSION_DENIED, UNAUTHENTICATED, NOT_FOUND -> true;
                default -> false;
            };
        }
    }
}
