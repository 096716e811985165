package dev.millrace.billing.grpc;

import dev.millrace.billing.Turn;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.CostRow;
import dev.millrace.schema.billing.v1.TurnHold;
import dev.millrace.schema.billing.v1.TurnState;
import dev.millrace.schema.billing.v1.TurnUsage;
import dev.millrace.schema.billing.v1.UsageRow;

/** Turns, provider calls and sums on the wire. */
final class UsageCodec {
    private UsageCodec() {}

    static TurnUsage toWire(Turn turn) {
        TurnUsage.Builder usage = TurnUsage.newBuilder()
                .setTurnId(turn.turnId())
                .setRequestId(turn.requestId())
                .setCreateTime(WireTimes.toWire(turn.createTime()))
                .setRoute(turn.route())
                .setEngine(turn.engine())
                .setModel(turn.model())
                .setTier(turn.tier())
                .setUsage(TokensCodec.toWire(turn.tokens()))
                .setCharge(MoneyCodec.toWire(turn.charge()))
                .setState(
                        switch (turn.state()) {
                            case OPEN -> TurnState.TURN_STATE_OPEN;
                            case SETTLED -> TurnState.TURN_STATE_SETTLED;
                            case RECOVERED -> TurnState.TURN_STATE_RECOVERED;
                        });
        turn.end().map(MoneyCodec::toWire).ifPresent(usage::setEnd);
        turn.firstToken().map(WireTimes::toWire).ifPresent(usage::setFirstToken);
        turn.total().map(WireTimes::toWire).ifPresent(usage::setTotal);
        turn.wastedOutputTokens().ifPresent(usage::setWastedOutputTokens);
        return usage.build();
    }

    static CostRow toWire(dev.millrace.billing.CostRow call) {
        CostRow.Builder row = CostRow.newBuilder()
                .setAttemptId(call.attemptId())
                .setTry(call.tryNumber())
                .setProvider(call.provider())
                .setModel(call.model())
                .setUsage(TokensCodec.toWire(call.tokens()))
                .setCostNanoUsd(call.costNanoUsd())
                .setOutcome(call.outcome());
        call.startTime().map(WireTimes::toWire).ifPresent(row::setStartTime);
        call.endTime().map(WireTimes::toWire).ifPresent(row::setEndTime);
        return row.build();
    }

    static TurnHold toWire(dev.millrace.billing.TurnHold hold) {
        return TurnHold.newBuilder()
                .setAttemptId(hold.attemptId())
                .setModel(hold.model())
                .setAmountNanoUsd(hold.amountNanoUsd())
                .setOutputTokenLimit(hold.outputTokenLimit())
                .setOutcome(hold.outcome())
                .build();
    }

    static UsageRow toWire(dev.millrace.billing.UsageRow sums) {
        UsageRow.Builder row = UsageRow.newBuilder()
                .setGroup(sums.group())
                .setRoute(sums.route())
                .setRequests(sums.requests())
                .setFailedRequests(sums.failedRequests())
                .setInputTokens(sums.inputTokens())
                .setOutputTokens(sums.outputTokens())
                .setWastedOutputTokens(sums.wastedOutputTokens())
                .setChargedNanoUsd(sums.chargedNanoUsd())
                .setUpstreamNanoUsd(sums.upstreamNanoUsd())
                .setSavedNanoUsd(sums.savedNanoUsd());
        sums.firstTokenP50().map(WireTimes::toWire).ifPresent(row::setFirstTokenP50);
        sums.firstTokenP95().map(WireTimes::toWire).ifPresent(row::setFirstTokenP95);
        return row.build();
    }
}
