package dev.millrace.billing.grpc;

import dev.millrace.billing.AttemptPhase;
import dev.millrace.billing.HoldRequest;
import dev.millrace.billing.Ledger;
import dev.millrace.billing.Reservation;
import dev.millrace.billing.SettleOutcome;
import dev.millrace.billing.Settlement;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.BillingServiceGrpc.BillingServiceImplBase;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.billing.v1.GetBudgetResponse;
import dev.millrace.schema.billing.v1.RecordAttemptRequest;
import dev.millrace.schema.billing.v1.RecordAttemptResponse;
import dev.millrace.schema.billing.v1.ReleaseReservationRequest;
import dev.millrace.schema.billing.v1.ReleaseReservationResponse;
import dev.millrace.schema.billing.v1.ReserveBudgetRequest;
import dev.millrace.schema.billing.v1.ReserveBudgetResponse;
import dev.millrace.schema.billing.v1.SetBudgetRequest;
import dev.millrace.schema.billing.v1.SetBudgetResponse;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.SettleUsageResponse;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Holds, charges, provider calls and budgets over gRPC. */
@Singleton
public final class BillingGrpcService extends BillingServiceImplBase {
    private static final int TRIES_MAX = 1_000;

    private final Ledger ledger;

    public BillingGrpcService(Ledger ledger) {
        this.ledger = ledger;
    }

    /** The methods that wait for nothing: they answer when the ledger has written. */
    public static MethodDescriptor<?, ?>[] nonBlocking() {
        return new MethodDescriptor<?, ?>[] {
            BillingServiceGrpc.getReserveBudgetMethod(),
            BillingServiceGrpc.getSettleUsageMethod(),
            BillingServiceGrpc.getReleaseReservationMethod(),
            BillingServiceGrpc.getRecordAttemptMethod()
        };
    }

    @Override
    public void reserveBudget(ReserveBudgetRequest request, StreamObserver<ReserveBudgetResponse> caller) {
        Answers.answerLater(caller, () -> reserve(request));
    }

    private CompletableFuture<ReserveBudgetResponse> reserve(ReserveBudgetRequest request) {
        String turnId = Fields.required("turn_id", request.getTurnId());
        HoldRequest asked = new HoldRequest(
                turnId,
                Fields.required("tenant", request.getTenant()),
                Fields.attemptId(turnId, request.getAttemptId()),
                Fields.text("key_id", request.getKeyId()),
                Fields.required("model", request.getModel()),
                Fields.tokens("input_tokens", request.getInputTokens(), 0),
                Fields.tokens("wanted_output_tokens", request.getWantedOutputTokens(), 1),
                Fields.ttl(WireTimes.fromWire(request.getTtl())),
                request.getFreeWithoutPrice(),
                request.getBeginsCall());
        return ledger.reserve(asked).thenApply(reservation -> answer(asked, reservation));
    }

    private static ReserveBudgetResponse answer(HoldRequest asked, Reservation reservation) {
        return switch (reservation) {
            case Reservation.Granted granted ->
                ReserveBudgetResponse.newBuilder()
                        .setHold(MoneyCodec.toWire(granted.hold()))
                        .build();
            case Reservation.BudgetExhausted refused ->
                throw BillingFaults.budgetExhausted(asked.tenant(), refused).toException();
            case Reservation.PriceUnknown refused ->
                throw BillingFaults.priceUnknown(refused.model()).toException();
            case Reservation.Conflict conflict ->
                throw BillingFaults.conflictingRepeat(conflict.field()).toException();
            case Reservation.HoldEnded ended ->
                throw BillingFaults.holdEnded(ended.holdId()).toException();
            case Reservation.TurnSettled over ->
                throw BillingFaults.turnSettled(over.turnId()).toException();
        };
    }

    @Override
    public void settleUsage(SettleUsageRequest request, StreamObserver<SettleUsageResponse> caller) {
        Answers.answerAhead(
                caller,
                kept -> ledger.settle(settlement(request), outcome -> {
                            if (outcome instanceof SettleOutcome.Settled settled) {
                                kept.accept(SettleUsageResponse.newBuilder()
                                        .setCharge(MoneyCodec.toWire(settled.charge()))
                                        .build());
                            }
                        })
                        .thenAccept(BillingGrpcService::refuseConflict));
    }

    private static void refuseConflict(SettleOutcome outcome) {
        if (outcome instanceof SettleOutcome.Conflict conflict) {
            throw BillingFaults.conflictingRepeat(conflict.field()).toException();
        }
    }

    private static Settlement settlement(SettleUsageRequest request) {
        String turnId = Fields.required("turn_id", request.getTurnId());
        return new Settlement(
                turnId,
                Fields.required("tenant", request.getTenant()),
                Fields.text("hold_id", request.getHoldId()),
                MoneyCodec.fromWire(request.getEnd()),
                TokensCodec.fromWire(request.getUsage()),
                Fields.text("model", request.getModel()),
                Fields.text("route", request.getRoute()),
                Fields.text("engine", request.getEngine()),
                Fields.text("request_id", request.getRequestId()),
                Fields.text("key_id", request.getKeyId()),
                Fields.text("attempt_id", request.getAttemptId()),
                Fields.decision(request.getDecisionJson()),
                request.hasFirstToken() ? Optional.of(WireTimes.fromWire(request.getFirstToken())) : Optional.empty(),
                request.hasTotal() ? Optional.of(WireTimes.fromWire(request.getTotal())) : Optional.empty(),
                Fields.text("tier", request.getTier()),
                Fields.labels(request.getLabelsMap()));
    }

    @Override
    public void releaseReservation(
            ReleaseReservationRequest request, StreamObserver<ReleaseReservationResponse> caller) {
        Answers.answerLater(caller, () -> {
            String holdId = Fields.required("hold_id", request.getHoldId());
            return ledger.release(
                            Fields.required("tenant", request.getTenant()),
                            Fields.required("turn_id", request.getTurnId()),
                            holdId)
                    .thenApply(released -> answer(holdId, released));
        });
    }

    private static ReleaseReservationResponse answer(String holdId, OptionalLong released) {
        return ReleaseReservationResponse.newBuilder()
                .setReleasedNanoUsd(released.orElseThrow(
                        () -> BillingFaults.holdUnknown(holdId).toException()))
                .build();
    }

    @Override
    public void recordAttempt(RecordAttemptRequest request, StreamObserver<RecordAttemptResponse> caller) {
        Answers.answerLater(
                caller,
                () -> ledger.record(phase(request))
                        .thenApply(cost -> RecordAttemptResponse.newBuilder()
                                .setCostNanoUsd(cost)
                                .build()));
    }

    private static AttemptPhase phase(RecordAttemptRequest request) {
        String turnId = Fields.required("turn_id", request.getTurnId());
        Fields.require(
                request.getTry() >= 1 && request.getTry() <= TRIES_MAX, "try", "1 to " + TRIES_MAX, request.getTry());
        AttemptPhase.Call call = new AttemptPhase.Call(
                turnId,
                Fields.required("tenant", request.getTenant()),
                Fields.attemptId(turnId, request.getAttemptId()),
                request.getTry(),
                Fields.text("provider", request.getProvider()),
                Fields.text("model", request.getModel()));
        return switch (request.getPhase()) {
            case ATTEMPT_PHASE_STARTED -> new AttemptPhase.Started(call);
            case ATTEMPT_PHASE_ENDED ->
                new AttemptPhase.Ended(
                        call,
                        TokensCodec.fromWire(request.getUsage()),
                        Fields.required("outcome", request.getOutcome()));
            case ATTEMPT_PHASE_UNSPECIFIED, UNRECOGNIZED ->
                throw BillingFaults.fieldInvalid("phase", "phase: not set (expected: STARTED or ENDED)")
                        .toException();
        };
    }

    @Override
    public void getBudget(GetBudgetRequest request, StreamObserver<GetBudgetResponse> caller) {
        Answers.answer(
                caller,
                () -> GetBudgetResponse.newBuilder()
                        .setBudget(MoneyCodec.toWire(ledger.budget(Fields.tenant(request.getTenant()))))
                        .build());
    }

    @Override
    public void setBudget(SetBudgetRequest request, StreamObserver<SetBudgetResponse> caller) {
        Answers.answer(
                caller,
                () -> SetBudgetResponse.newBuilder()
                        .setBudget(MoneyCodec.toWire(ledger.setBudget(
                                Fields.tenant(request.getTenant()),
                                Fields.atLeastZero("daily_nano_usd", request.getDailyNanoUsd()),
                                Fields.text("actor", request.getActor()))))
                        .build());
    }
}
