package dev.millrace.gateway.peers;

import dev.millrace.gateway.Absence;
import dev.millrace.gateway.Ledger;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnResult;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.rpc.TransportReason;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.Budget;
import dev.millrace.schema.billing.v1.Charge;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.billing.v1.Hold;
import dev.millrace.schema.billing.v1.ReleaseReservationRequest;
import dev.millrace.schema.billing.v1.ReserveBudgetRequest;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.SettleUsageResponse;
import dev.millrace.schema.billing.v1.TurnEnd;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks billing for holds, and tells it how turns ended. */
public final class BillingPeer implements Ledger {

    private final Channel channel;
    private final boolean besideRelay;

    /**
     * The channel stays the caller's to close.
     *
     * @param besideRelay whether billing and cloud-relay both live in this process, and so die with every hold that they have
     *     granted or used
     */
    public BillingPeer(Channel channel, boolean besideRelay) {
        this.channel = channel;
        this.besideRelay = besideRelay;
    }

    @Override
    public Reservation reserve(Ask ask, Deadline deadline) {
        boolean beginsCall = ask.beginsCall() && besideRelay;
        ReserveBudgetRequest request = ReserveBudgetRequest.newBuilder()
                .setTurnId(ask.turnId())
                .setTenant(ask.tenant())
                .setAttemptId(ask.attemptId())
                .setKeyId(ask.keyId())
                .setModel(ask.model())
                .setInputTokens(ask.need().inputTokensToHold())
                .setWantedOutputTokens(ask.need().outputTokens())
                .setTtl(WireTimes.toWire(ask.ttl()))
                .setFreeWithoutPrice(ask.freeWithoutPrice())
                .setBeginsCall(beginsCall)
                .build();
        try {
            Hold hold = stub(ask.tenant(), ask.turnId(), deadline)
                    .reserveBudget(request)
                    .getHold();
            return new Held(
                    hold.getHoldId(),
                    hold.getOutputTokenLimit(),
                    hold.getLimitedByBudget(),
                    beginsCall && !hold.getHoldId().isEmpty(),
                    hold.getAmountNanoUsd());
        } catch (StatusRuntimeException failure) {
            return refusal(Fault.of(failure));
        }
    }

    private static Reservation refusal(Fault fault) {
        return switch (fault.reason()) {
            case "BUDGET_EXHAUSTED" -> new Refused(Reason.BUDGET_EXHAUSTED, fault.message(), fault.metadata());
            case "PRICE_UNKNOWN" -> new Refused(Reason.PRICE_UNKNOWN, fault.message(), fault.metadata());
            case "FIELD_INVALID" ->
                new Refused(
                        Reason.FIELD_INVALID,
                        "billing cannot hold money for this request: " + fault.message(),
                        fault.metadata());
            case "LEDGER_UNAVAILABLE" ->
                away(
                        "billing cannot use its ledger " + fault.metadata().getOrDefault("path", "") + ": "
                                + fault.metadata().getOrDefault("cause", fault.message()),
                        "Mend that; calls that cost are taken again once it can be used",
                        fault);
            default ->
                TransportReason.DOMAIN.equals(fault.domain())
                        ? away(
                                Absence.of("billing", fault.message(), "See whether billing is up: `millrace status`"),
                                fault)
                        : away("billing refused to hold money: " + fault.message(), "Ask again", fault);
        };
    }

    private static Away away(Absence absence, Fault fault) {
        return away(absence.what(), absence.next(), fault);
    }

    private static Away away(String what, String next, Fault fault) {
        Map<String, String> metadata = new HashMap<>(fault.metadata());
        metadata.putIfAbsent("cause", fault.message().isEmpty() ? fault.reason() : fault.message());
        return new Away(what + ". Nothing that costs may run without it, free local answers go on. " + next, metadata);
    }

    @Override
    public OptionalDouble budgetShare(String tenant, Deadline deadline) {
        try {
            Budget budget = stub(tenant, "", deadline)
                    .getBudget(GetBudgetRequest.newBuilder().setTenant(tenant).build())
                    .getBudget();
            return OptionalDouble.of(
                    budget.getDailyNanoUsd() == 0
                            ? 1
                            : ((double) budget.getSpentNanoUsd() + budget.getHeldNanoUsd()) / budget.getDailyNanoUsd());
        } catch (StatusRuntimeException away) {
            return OptionalDouble.empty();
        }
    }

    @Override
    public void release(String tenant, String turnId, String holdId, Deadline deadline) {
        try {
            var _ = stub(tenant, turnId, deadline)
                    .releaseReservation(ReleaseReservationRequest.newBuilder()
                            .setTurnId(turnId)
                            .setTenant(tenant)
                            .setHoldId(holdId)
                            .build());
        } catch (StatusRuntimeException harmless) {
            return; // settling the turn frees the hold, and so does its expiry
        }
    }

    @Override
    public CompletableFuture<TurnResult.Cost> settle(
            Settlement settlement, Deadline deadline, Consumer<TurnResult.Cost> told) {
        CompletableFuture<TurnResult.Cost> safe = new CompletableFuture<>();
        BillingServiceGrpc.newStub(channel)
                .withInterceptors(headers(settlement.tenant(), settlement.turnId()))
                .withDeadline(deadline)
                .withExecutor(Runnable::run)
                .settleUsage(request(settlement), new Receipt(told, safe));
        return safe;
    }

    /** What billing answers to a settlement: the charge, and then that it is safe. */
    private static final class Receipt implements StreamObserver<SettleUsageResponse> {
        private final Consumer<TurnResult.Cost> told;
        private final CompletableFuture<TurnResult.Cost> safe;
        private TurnResult.@Nullable Cost cost;

        Receipt(Consumer<TurnResult.Cost> told, CompletableFuture<TurnResult.Cost> safe) {
            this.told = told;
            this.safe = safe;
        }

        @Override
        public void onNext(SettleUsageResponse answer) {
            Charge charge = answer.getCharge();
            cost = new TurnResult.Cost(
                    charge.getChargedNanoUsd(),
                    charge.getUpstreamNanoUsd(),
                    charge.getSavedNanoUsd(),
                    charge.getReferenceModel(),
                    charge.getPriceVersion());
            told.accept(cost);
        }

        @Override
        public void onError(Throwable failure) {
            Fault fault = Fault.of(failure);
            safe.completeExceptionally(new NotSettled(fault.reason() + ": " + fault.message(), worthRepeating(fault)));
        }

        @Override
        public void onCompleted() {
            if (cost == null) {
                safe.completeExceptionally(new NotSettled("billing ended the call without a charge", true));
            } else {
                safe.complete(cost);
            }
        }
    }

    private static boolean worthRepeating(Fault fault) {
        return switch (fault.code()) {
            case INVALID_ARGUMENT, ALREADY_EXISTS, NOT_FOUND, UNIMPLEMENTED, PERMISSION_DENIED -> false;
            default -> true;
        };
    }

    private static SettleUsageRequest request(Settlement settlement) {
        SettleUsageRequest.Builder request = SettleUsageRequest.newBuilder()
                .setTurnId(settlement.turnId())
                .setTenant(settlement.tenant())
                .setHoldId(settlement.holdId())
                .setEnd(end(settlement.end()))
                .setModel(settlement.model())
                .setRoute(settlement.route())
                .setEngine(settlement.engine())
                .setRequestId(settlement.requestId())
                .setKeyId(settlement.keyId())
                .setDecisionJson(settlement.decisionJson())
                .setTotal(WireTimes.toWire(settlement.total()))
                .setTier(settlement.tier())
                .putAllLabels(settlement.labels())
                .setAttemptId(settlement.attemptId());
        settlement.usage().ifPresent(request::setUsage);
        settlement.firstToken().ifPresent(span -> request.setFirstToken(WireTimes.toWire(span)));
        return request.build();
    }

    private static TurnEnd end(End end) {
        return switch (end) {
            case COMPLETED -> TurnEnd.TURN_END_COMPLETED;
            case CLIENT_CANCELLED -> TurnEnd.TURN_END_CLIENT_CANCELLED;
            case DEADLINE -> TurnEnd.TURN_END_DEADLINE;
            case UPSTREAM_FAILED -> TurnEnd.TURN_END_UPSTREAM_FAILED;
            case INTERRUPTED -> TurnEnd.TURN_END_INTERRUPTED;
            case READER_STALLED -> TurnEnd.TURN_END_READER_STALLED;
            case REJECTED -> TurnEnd.TURN_END_REJECTED;
        };
    }

    private BillingServiceGrpc.BillingServiceBlockingStub stub(String tenant, String turnId, Deadline deadline) {
        return BillingServiceGrpc.newBlockingStub(channel)
                .withInterceptors(headers(tenant, turnId))
                .withDeadline(deadline);
    }

    private static ClientInterceptor headers(String tenant, String turnId) {
        Metadata headers = new Metadata();
        headers.put(MetadataKeys.TENANT, tenant);
        if (!turnId.isEmpty()) {
            headers.put(MetadataKeys.TURN, turnId);
        }
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }
}
