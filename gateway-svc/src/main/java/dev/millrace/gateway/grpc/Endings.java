package dev.millrace.gateway.grpc;

import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnResult;
import dev.millrace.gateway.TurnResult.Attempt;
import dev.millrace.gateway.TurnResult.Timings;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.gateway.v1.AttemptSummary;
import dev.millrace.schema.gateway.v1.Completed;
import dev.millrace.schema.gateway.v1.Cost;
import dev.millrace.schema.gateway.v1.Cursor;
import dev.millrace.schema.gateway.v1.TurnFailure;

/** Writes how turns ended for the wire. */
final class Endings {

    private static final int FAILURE_BYTES_MAX = 4096;
    private static final int DETAIL_MAX = 400;

    private Endings() {}

    static Completed completed(TurnResult result) {
        Completed.Builder wire = Completed.newBuilder()
                .addAllChoiceEnds(result.choiceEnds())
                .setUsage(result.usage())
                .setRoute(Decisions.candidate(result.route()))
                .setTimings(timings(result.timings()));
        result.cost().ifPresent(cost -> wire.setCost(cost(cost)));
        result.attempts().forEach(attempt -> wire.addAttempts(attempt(attempt)));
        return wire.build();
    }

    /** At most 4 KiB, because trailers are bounded: what was not tried gives way, then the oldest attempts. */
    static TurnFailure failure(TurnFault.Failure failure) {
        TurnFailure.Builder wire = TurnFailure.newBuilder().setTurnId(failure.turnId());
        failure.usage().ifPresent(wire::setUsage);
        failure.cost().ifPresent(cost -> wire.setCost(cost(cost)));
        if (failure.lastSequence() > 0) {
            wire.setCursor(Cursor.newBuilder().setTurnId(failure.turnId()).setSequence(failure.lastSequence()));
        }
        failure.attempts().forEach(attempt -> wire.addAttempts(attempt(attempt)));
        failure.passedOver().forEach(candidate -> wire.addPassedOver(Decisions.candidate(candidate)));
        while (wire.getPassedOverCount() > 0 && wire.build().getSerializedSize() > FAILURE_BYTES_MAX) {
            wire.removePassedOver(wire.getPassedOverCount() - 1);
        }
        while (wire.getAttemptsCount() > 0 && wire.build().getSerializedSize() > FAILURE_BYTES_MAX) {
            wire.removeAttempts(0);
        }
        return wire.build();
    }

    static Cost cost(TurnResult.Cost cost) {
        return Cost.newBuilder()
                .setChargedNanoUsd(cost.chargedNanoUsd())
                .setUpstreamNanoUsd(cost.upstreamNanoUsd())
                .setSavedNanoUsd(cost.savedNanoUsd())
                .setReferenceModel(cost.referenceModel())
                .setPriceVersion(cost.priceVersion())
                .build();
    }

    private static AttemptSummary attempt(Attempt attempt) {
        String detail = attempt.detail();
        AttemptSummary.Builder wire = AttemptSummary.newBuilder()
                .setTarget(Decisions.target(attempt.candidate().target()))
                .setEngine(attempt.candidate().engine())
                .setModel(attempt.candidate().model())
                .setOutcome(attempt.outcome())
                .setDetail(detail.length() > DETAIL_MAX ? detail.substring(0, DETAIL_MAX) : detail)
                .setElapsed(WireTimes.toWire(attempt.elapsed()));
        attempt.usage().ifPresent(wire::setUsage);
        return wire.build();
    }

    private static dev.millrace.schema.gateway.v1.Timings timings(Timings timings) {
        dev.millrace.schema.gateway.v1.Timings.Builder wire = dev.millrace.schema.gateway.v1.Timings.newBuilder()
                .setClassify(WireTimes.toWire(timings.classify()))
                .setQueue(WireTimes.toWire(timings.queue()))
                .setTotal(WireTimes.toWire(timings.total()))
                .setTokensPerSecond(timings.tokensPerSecond());
        timings.firstToken().ifPresent(span -> wire.setFirstToken(WireTimes.toWire(span)));
        return wire.build();
    }
}
