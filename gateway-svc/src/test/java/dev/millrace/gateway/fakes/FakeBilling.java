package dev.millrace.gateway.fakes;

import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.Budget;
import dev.millrace.schema.billing.v1.Charge;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.billing.v1.GetBudgetResponse;
import dev.millrace.schema.billing.v1.Hold;
import dev.millrace.schema.billing.v1.ReleaseReservationRequest;
import dev.millrace.schema.billing.v1.ReleaseReservationResponse;
import dev.millrace.schema.billing.v1.ReserveBudgetRequest;
import dev.millrace.schema.billing.v1.ReserveBudgetResponse;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.SettleUsageResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A ledger that notes what it is told, and charges 7 nano-USD an output token of a held attempt. */
public final class FakeBilling extends BillingServiceGrpc.BillingServiceImplBase {

    private static final long NANO_USD_PER_TOKEN = 7;
    private static final long WAIT_SECONDS_MAX = 20;

    private final List<ReserveBudgetRequest> reserved = new CopyOnWriteArrayList<>();
    private final List<String> released = new CopyOnWriteArrayList<>();
    private final BlockingQueue<SettleUsageRequest> settled = new LinkedBlockingQueue<>();
    private volatile @Nullable String tenantSeen;
    private volatile Runnable whileReserving = () -> {};
    private volatile boolean spent;
    private volatile @Nullable Fault refusal;
    private volatile long amountNanoUsd = 1000;
    private volatile boolean tight;
    private volatile long spentNanoUsd;
    private volatile boolean losesAnswer;
    private volatile boolean diskFull;
    private final Map<String, String> modelsHeld = new ConcurrentHashMap<>();
    private volatile Optional<Status> away = Optional.empty();
    private volatile boolean free;
    private volatile long grants = Long.MAX_VALUE;
    private volatile CountDownLatch settleGate = new CountDownLatch(0);
    private volatile CountDownLatch releaseGate = new CountDownLatch(0);

    /** From now on every hold is refused. */
    public void spendBudget() {
        spent = true;
    }

    /** From now on every hold is refused in this way. */
    public void refuse(Fault fault) {
        refusal = fault;
    }

    /** From now on a hold sets so much aside. */
    public void hold(long nanoUsd) {
        amountNanoUsd = nanoUsd;
    }

    /** From now on there is money for one hold at a time. */
    public void tightenBudget() {
        tight = true;
    }

    /** From now on so much of a budget of 500 nano-USD is spent. */
    public void spend(long nanoUsd) {
        spentNanoUsd = nanoUsd;
    }

    /** The next hold is made, and its answer is lost on the way. */
    public void loseNextAnswer() {
        losesAnswer = true;
    }

    /** From now on its ledger cannot be written. */
    public void fillDisk() {
        diskFull = true;
    }

    /** From now on it refuses every call. */
    public void leave() {
        leave(Status.UNAVAILABLE);
    }

    /** The same, with what a sidecar says of it. */
    public void leave(Status told) {
        away = Optional.of(told);
    }

    public void comeBack() {
        away = Optional.empty();
    }

    /** From now on every price is 0, so that nothing is held. */
    public void costNothing() {
        free = true;
    }

    /** From now on a hold grants so many output tokens at most. */
    public void grant(long outputTokens) {
        grants = outputTokens;
    }

    /** From now on settling waits for the latch that this gives. */
    public CountDownLatch holdSettling() {
        settleGate = new CountDownLatch(1);
        return settleGate;
    }

    /** From now on freeing a hold waits for the latch that this gives. */
    public CountDownLatch holdReleasing() {
        releaseGate = new CountDownLatch(1);
        return releaseGate;
    }

    /** What happens while the next hold is asked for. */
    public void onNextReserve(Runnable happening) {
        whileReserving = happening;
    }

    public List<ReserveBudgetRequest> reserved() {
        return reserved;
    }

    public List<String> released() {
        return released;
    }

    public BlockingQueue<SettleUsageRequest> settled() {
        return settled;
    }

    /** The next end that it is told of, which must come. */
    public SettleUsageRequest nextSettled() throws InterruptedException {
        SettleUsageRequest next = settled.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no end was settled within " + WAIT_SECONDS_MAX + " s");
        }
        return next;
    }

    /** The tenant of the last budget call. */
    public @Nullable String tenantSeen() {
        return tenantSeen;
    }

    @Override
    public void reserveBudget(ReserveBudgetRequest request, StreamObserver<ReserveBudgetResponse> observer) {
        Optional<Status> absence = away;
        if (absence.isPresent()) {
            observer.onError(absence.get().asRuntimeException());
            return;
        }
        reserved.add(request);
        Runnable happening = whileReserving;
        whileReserving = () -> {};
        happening.run();
        Fault refusing = refusal;
        if (refusing != null) {
            observer.onError(refusing.toException());
            return;
        }
        if (spent || (tight && released.size() < modelsHeld.size())) {
            observer.onError(Fault.of(
                            Status.Code.RESOURCE_EXHAUSTED,
                            "billing",
                            "BUDGET_EXHAUSTED",
                            "the budget of 1.00 USD is spent until midnight UTC")
                    .with("left_nano_usd", 0)
                    .toException());
            return;
        }
        if (diskFull) {
            observer.onError(Fault.of(
                            Status.Code.UNAVAILABLE,
                            "billing",
                            "LEDGER_UNAVAILABLE",
                            "ledger /var/billing.db cannot be used: the disk is full")
                    .with("cause", "the disk is full")
                    .with("path", "/var/billing.db")
                    .toException());
            return;
        }
        String before = modelsHeld.putIfAbsent(request.getAttemptId(), request.getModel());
        if (before != null && !before.equals(request.getModel())) {
            observer.onError(Fault.of(
                            Status.Code.ALREADY_EXISTS,
                            "billing",
                            "CONFLICTING_REPEAT",
                            "the same attempt or turn was recorded with another model")
                    .toException());
            return;
        }
        if (losesAnswer) {
            losesAnswer = false;
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
            return;
        }
        long granted = Math.min(grants, request.getWantedOutputTokens());
        observer.onNext(ReserveBudgetResponse.newBuilder()
                .setHold(Hold.newBuilder()
                        .setHoldId(free ? "" : "hold-" + request.getAttemptId())
                        .setAmountNanoUsd(amountNanoUsd)
                        .setOutputTokenLimit(granted)
                        .setLimitedByBudget(granted < request.getWantedOutputTokens()))
                .build());
        observer.onCompleted();
    }

    @Override
    public void settleUsage(SettleUsageRequest request, StreamObserver<SettleUsageResponse> observer) {
        Optional<Status> absence = away;
        if (absence.isPresent()) {
            observer.onError(absence.get().asRuntimeException());
            return;
        }
        await(settleGate);
        settled.add(request);
        long charged = request.getHoldId().isEmpty() ? 0 : request.getUsage().getOutputTokens() * NANO_USD_PER_TOKEN;
        observer.onNext(SettleUsageResponse.newBuilder()
                .setCharge(Charge.newBuilder()
                        .setTurnId(request.getTurnId())
                        .setChargedNanoUsd(charged)
                        .setReferenceModel("gpt-4.1"))
                .build());
        observer.onCompleted();
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void releaseReservation(
            ReleaseReservationRequest request, StreamObserver<ReleaseReservationResponse> observer) {
        await(releaseGate);
        released.add(request.getHoldId());
        observer.onNext(ReleaseReservationResponse.getDefaultInstance());
        observer.onCompleted();
    }

    @Override
    public void getBudget(GetBudgetRequest request, StreamObserver<GetBudgetResponse> observer) {
        tenantSeen = CallContext.tenant().orElse(null);
        Optional<Status> absence = away;
        if (absence.isPresent()) {
            observer.onError(absence.get().asRuntimeException());
            return;
        }
        observer.onNext(GetBudgetResponse.newBuilder()
                .setBudget(Budget.newBuilder().setDailyNanoUsd(500).setSpentNanoUsd(spentNanoUsd))
                .build());
        observer.onCompleted();
    }
}
