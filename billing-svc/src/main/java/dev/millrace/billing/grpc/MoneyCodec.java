package dev.millrace.billing.grpc;

import dev.millrace.billing.TurnEnd;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.Budget;
import dev.millrace.schema.billing.v1.Charge;
import dev.millrace.schema.billing.v1.Hold;
import dev.millrace.schema.billing.v1.Price;
import java.util.Optional;
import java.util.OptionalLong;

import static dev.millrace.schema.billing.v1.TurnEnd.TURN_END_CLIENT_CANCELLED;
import static dev.millrace.schema.billing.v1.TurnEnd.TURN_END_COMPLETED;
import static dev.millrace.schema.billing.v1.TurnEnd.TURN_END_DEADLINE;
import static dev.millrace.schema.billing.v1.TurnEnd.TURN_END_INTERRUPTED;
import static dev.millrace.schema.billing.v1.TurnEnd.TURN_END_READER_STALLED;
import static dev.millrace.schema.billing.v1.TurnEnd.TURN_END_REJECTED;
import static dev.millrace.schema.billing.v1.TurnEnd.TURN_END_UPSTREAM_FAILED;

/** Holds, charges, budgets and prices on the wire. */
final class MoneyCodec {
    private MoneyCodec() {}

    static Hold toWire(dev.millrace.billing.Hold hold) {
        return Hold.newBuilder()
                .setHoldId(hold.holdId())
                .setAmountNanoUsd(hold.amountNanoUsd())
                .setPriceVersion(hold.priceVersion())
                .setExpireTime(WireTimes.toWire(hold.expireTime()))
                .setOutputTokenLimit(hold.outputTokenLimit())
                .setLimitedByBudget(hold.limitedByBudget())
                .build();
    }

    static Charge toWire(dev.millrace.billing.Charge charge) {
        return Charge.newBuilder()
                .setTurnId(charge.turnId())
                .setChargedNanoUsd(charge.chargedNanoUsd())
                .setSavedNanoUsd(charge.savedNanoUsd())
                .setReferenceModel(charge.referenceModel())
                .setPriceVersion(charge.priceVersion())
                .setUpstreamNanoUsd(charge.upstreamNanoUsd())
                .setCreateTime(WireTimes.toWire(charge.createTime()))
                .build();
    }

    static Budget toWire(dev.millrace.billing.Budget budget) {
        return Budget.newBuilder()
                .setTenant(budget.tenant())
                .setDailyNanoUsd(budget.dailyNanoUsd())
                .setSpentNanoUsd(budget.spentNanoUsd())
                .setHeldNanoUsd(budget.heldNanoUsd())
                .setResetTime(WireTimes.toWire(budget.resetTime()))
                .build();
    }

    static Price toWire(dev.millrace.billing.Price price) {
        Price.Builder row = Price.newBuilder()
                .setVersion(price.version())
                .setModel(price.model())
                .setInputNanoUsdPerMillion(price.input())
                .setOutputNanoUsdPerMillion(price.output())
                .setValidFromTime(WireTimes.toWire(price.validFrom()))
                .setSource(price.source());
        price.cachedInput().ifPresent(row::setCachedInputNanoUsdPerMillion);
        price.reasoning().ifPresent(row::setReasoningNanoUsdPerMillion);
        return row.build();
    }

    static dev.millrace.billing.PriceChange fromWire(Price row, String actor) {
        return new dev.millrace.billing.PriceChange(
                Fields.required("price.model", row.getModel()),
                Fields.atLeastZero("price.input_nano_usd_per_million", row.getInputNanoUsdPerMillion()),
                row.hasCachedInputNanoUsdPerMillion()
                        ? OptionalLong.of(Fields.atLeastZero(
                                "price.cached_input_nano_usd_per_million", row.getCachedInputNanoUsdPerMillion()))
                        : OptionalLong.empty(),
                Fields.atLeastZero("price.output_nano_usd_per_million", row.getOutputNanoUsdPerMillion()),
                row.hasReasoningNanoUsdPerMillion()
                        ? OptionalLong.of(Fields.atLeastZero(
                                "price.reasoning_nano_usd_per_million", row.getReasoningNanoUsdPerMillion()))
                        : OptionalLong.empty(),
                row.hasValidFromTime() ? Optional.of(WireTimes.fromWire(row.getValidFromTime())) : Optional.empty(),
                Fields.required("price.source", row.getSource()),
                Fields.text("actor", actor));
    }

    static TurnEnd fromWire(dev.millrace.schema.billing.v1.TurnEnd end) {
        return switch (end) {
            case TURN_END_COMPLETED -> TurnEnd.COMPLETED;
            case TURN_END_CLIENT_CANCELLED -> TurnEnd.CLIENT_CANCELLED;
            case TURN_END_DEADLINE -> TurnEnd.DEADLINE;
            case TURN_END_UPSTREAM_FAILED -> TurnEnd.UPSTREAM_FAILED;
            case TURN_END_INTERRUPTED -> TurnEnd.INTERRUPTED;
            case TURN_END_READER_STALLED -> TurnEnd.READER_STALLED;
            case TURN_END_REJECTED -> TurnEnd.REJECTED;
            case TURN_END_UNSPECIFIED, UNRECOGNIZED ->
                throw BillingFaults.fieldInvalid("end", "end: not set (expected: how the turn ended)")
                        .toException();
        };
    }

    static dev.millrace.schema.billing.v1.TurnEnd toWire(TurnEnd end) {
        return switch (end) {
            case COMPLETED -> TURN_END_COMPLETED;
            case CLIENT_CANCELLED -> TURN_END_CLIENT_CANCELLED;
            case DEADLINE -> TURN_END_DEADLINE;
            case UPSTREAM_FAILED -> TURN_END_UPSTREAM_FAILED;
            case INTERRUPTED -> TURN_END_INTERRUPTED;
            case READER_STALLED -> TURN_END_READER_STALLED;
            case REJECTED -> TURN_END_REJECTED;
        };
    }
}
