package dev.millrace.local.peers;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.millrace.local.AttemptLedger;
import dev.millrace.schema.billing.v1.AttemptPhase;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.BillingServiceGrpc.BillingServiceFutureStub;
import dev.millrace.schema.billing.v1.RecordAttemptRequest;
import dev.millrace.schema.billing.v1.RecordAttemptResponse;
import dev.millrace.schema.completion.v1.TokenUsage;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells billing of every attempt from an outbox of its own, so that no call waits for billing, ends with it, or fails with it.
 *
 * <p>Bounds: rows that wait, rows on their way, and the age of a row; what goes over a bound is dropped, counted and logged. A
 * row may be sent twice: billing ignores the repeat.
 */
public final class BillingAttempts implements AttemptLedger, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BillingAttempts.class);
    private static final int ROWS_MAX = 10_000;
    private static final int IN_FLIGHT_MAX = 64;
    private static final Duration AGE_MAX = Duration.ofMinutes(10);
    private static final Duration CALL_MAX = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** A line for the first dropped row, and for every so many after it. */
    private static final long DROPPED_PER_LINE = 1_000;

    private final BillingServiceFutureStub billing;
    private final BlockingQueue<Row> outbox = new ArrayBlockingQueue<>(ROWS_MAX);
    /** Begins without an end, by attempt; as many as there are calls. */
    private final Map<String, CompletableFuture<Void>> begun = new ConcurrentHashMap<>();

    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread sender;
    private volatile boolean pause;

    /** @param channel to billing; its owner closes it after this */
    public BillingAttempts(Channel channel) {
        billing = BillingServiceGrpc.newFutureStub(channel);
        sender = Thread.ofVirtual().name("attempts").start(this::sendAll);
    }

    @Override
    public void started(Attempt attempt) {
        CompletableFuture<Void> told = new CompletableFuture<>();
        begun.put(attempt.attemptId(), told);
        offer(row(row(attempt, AttemptPhase.ATTEMPT_PHASE_STARTED).build(), told));
    }

    @Override
    public void ended(Attempt attempt, TokenUsage usage, String outcome) {
        Row end = row(
                row(attempt, AttemptPhase.ATTEMPT_PHASE_ENDED)
                        .setUsage(usage)
                        .setOutcome(outcome)
                        .build(),
                new CompletableFuture<>());
        @Nullable CompletableFuture<Void> begin = begun.remove(attempt.attemptId());
        if (begin == null) {
            offer(end);
        } else {
            // Rows travel side by side; an end must not overtake its begin, which would stay open for ever.
            CompletableFuture<Void> _ = begin.thenRun(() -> offer(end));
        }
    }

    private static RecordAttemptRequest.Builder row(Attempt attempt, AttemptPhase phase) {
        return RecordAttemptRequest.newBuilder()
                .setTurnId(attempt.turnId())
                .setTenant(attempt.tenant())
                .setAttemptId(attempt.attemptId())
                .setTry(attempt.tryNumber())
                .setPhase(phase)
                .setProvider(attempt.engine())
                .setModel(attempt.model())
                .setFreeWithoutPrice(true);
    }

    /** A fork of the caller's context carries its ids, and neither its deadline nor its cancellation. */
    private static Row row(RecordAttemptRequest request, CompletableFuture<Void> told) {
        return new Row(request, Context.current().fork(), System.nanoTime(), told);
    }

    private void offer(Row row) {
        if (!outbox.offer(row)) {
            drop(row, "the outbox is full");
        }
    }

    private void sendAll() {
        try {
            while (true) {
                Row row = outbox.take();
                inFlight.acquire();
                if (pause) {
                    pause = false;
                    Thread.sleep(PAUSE);
                }
                row.context.run(() -> send(row));
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Row row) {
        Futures.addCallback(
                billing.withDeadlineAfter(CALL_MAX.toNanos(), TimeUnit.NANOSECONDS)
                        .recordAttempt(row.request),
                new FutureCallback<RecordAttemptResponse>() {
                    @Override
                    public void onSuccess(@Nullable RecordAttemptResponse recorded) {
                        inFlight.release();
                        row.told.complete(null);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        inFlight.release();
                        again(row, Status.fromThrowable(failure));
                    }
                },
                MoreExecutors.directExecutor());
    }

    private void again(Row row, Status failure) {
        boolean isForGood = switch (failure.getCode()) {
            case INVALID_ARGUMENT,
                    FAILED_PRECONDITION,
                    ALREADY_EXISTS,
                    NOT_FOUND,
                    PERMISSION_DENIED,
                    UNAUTHENTICATED,
                    UNIMPLEMENTED -> true;
            default -> System.nanoTime() - row.sinceNanos > AGE_MAX.toNanos();
        };
        if (isForGood) {
            drop(row, failure.getCode() + " " + failure.getDescription());
            return;
        }
        pause = true;
        offer(row);
    }

    private void drop(Row row, String cause) {
        row.told.complete(null);
        long count = dropped.incrementAndGet();
        if (count % DROPPED_PER_LINE == 1) {
            LOG.atWarn()
                    .addKeyValue("dropped", count)
                    .addKeyValue("cause", cause)
                    .log("attempts are not recorded");
        }
    }

    /** Rows that billing will never hear of. */
    public long droppedRows() {
        return dropped.get();
    }

    /** Rows that wait for billing. */
    public int waitingRows() {
        return outbox.size();
    }

    /** Ends the sending; rows that still wait are lost, which recovery in billing closes as estimated. */
    @Override
    public void close() {
        sender.interrupt();
    }

    /** @param told completes once billing has the row, or never will */
    private record Row(RecordAttemptRequest request, Context context, long sinceNanos, CompletableFuture<Void> told) {}
}
