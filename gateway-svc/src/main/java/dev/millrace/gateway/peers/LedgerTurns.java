package dev.millrace.gateway.peers;

import dev.millrace.gateway.Absence;
import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Generations;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnResult;
import dev.millrace.rpc.Deadlines;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.Charge;
import dev.millrace.schema.billing.v1.CostRow;
import dev.millrace.schema.billing.v1.GetTurnRequest;
import dev.millrace.schema.billing.v1.GetTurnResponse;
import dev.millrace.schema.billing.v1.TurnUsage;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Asks billing for single turns. */
public final class LedgerTurns implements Generations {

    private final Channel channel;

    /** The channel stays the caller's to close. */
    public LedgerTurns(Channel channel) {
        this.channel = channel;
    }

    @Override
    public Generation find(Caller caller, String id) {
        Metadata headers = new Metadata();
        headers.put(MetadataKeys.TENANT, caller.tenant());
        try {
            return generation(UsageServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .withDeadline(Deadlines.peer(Deadlines.current()))
                    .getTurn(GetTurnRequest.newBuilder().setTurnId(id).build()));
        } catch (StatusRuntimeException failure) {
            throw refusal(Fault.of(failure), id);
        }
    }

    private static TurnFault refusal(Fault fault, String id) {
        return switch (fault.code()) {
            case NOT_FOUND ->
                new TurnFault(
                        Reason.TURN_UNKNOWN,
                        "no turn \"" + id + "\" is known. One that has just ended is settled in a moment: ask again",
                        Map.of("turn", id));
            case INVALID_ARGUMENT -> new TurnFault(Reason.FIELD_INVALID, fault.message(), Map.of("field", "id"));
            default ->
                new TurnFault(
                        Reason.PEER_UNAVAILABLE,
                        Absence.byCertificate("billing", fault.message())
                                .orElseGet(() -> new Absence(
                                        "billing cannot tell: "
                                                + (fault.message().isEmpty() ? fault.reason() : fault.message()),
                                        Absence.SEE_WHETHER_UP))
                                .text(),
                        Map.of("service", "billing"));
        };
    }

    private static Generation generation(GetTurnResponse wire) {
        TurnUsage turn = wire.getTurn();
        return new Generation(
                turn.getTurnId(),
                turn.getRequestId(),
                WireTimes.fromWire(turn.getCreateTime()),
                word(turn.getState().name(), "TURN_STATE_"),
                word(turn.getEnd().name(), "TURN_END_"),
                turn.getRoute(),
                turn.getEngine(),
                turn.getModel(),
                turn.getTier(),
                turn.getUsage(),
                cost(turn.getCharge()),
                turn.hasFirstToken() ? Optional.of(WireTimes.fromWire(turn.getFirstToken())) : Optional.empty(),
                turn.hasTotal() ? Optional.of(WireTimes.fromWire(turn.getTotal())) : Optional.empty(),
                wire.getCostsList().stream().map(LedgerTurns::call).toList());
    }

    private static TurnResult.Cost cost(Charge charge) {
        return new TurnResult.Cost(
                charge.getChargedNanoUsd(),
                charge.getUpstreamNanoUsd(),
                charge.getSavedNanoUsd(),
                charge.getReferenceModel(),
                charge.getPriceVersion());
    }

    private static Call call(CostRow row) {
        return new Call(row.getProvider(), row.getModel(), row.getUsage(), row.getCostNanoUsd(), row.getOutcome());
    }

    private static String word(String name, String prefix) {
        return name.replaceFirst("^" + prefix, "").toLowerCase(Locale.ROOT);
    }
}
