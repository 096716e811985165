package dev.millrace.gateway.telemetry;

import dev.millrace.gateway.Ledger;
import dev.millrace.gateway.TurnResult;
import dev.millrace.telemetry.Step;
import io.grpc.Context;
import io.grpc.Deadline;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A ledger whose holds and settlements are steps of the trace, counted as they come. */
public final class WatchedLedger implements Ledger {
    private final Ledger ledger;
    private final LongCounter asked;
    private final LongCounter charged;
    private final LongCounter saved;

    public WatchedLedger(Ledger ledger, Meter meter) {
        this.ledger = ledger;
        asked = meter.counterBuilder("millrace.holds")
                .setUnit("{hold}")
                .setDescription("holds asked for, by what came of it")
                .build();
        charged = meter.counterBuilder("millrace.charged")
                .setUnit("{nano_usd}")
                .setDescription("what turns were charged")
                .build();
        saved = meter.counterBuilder("millrace.saved")
                .setUnit("{nano_usd}")
                .setDescription("what they would have cost more on the reference model")
                .build();
    }

    @Override
    public Reservation reserve(Ask ask, Deadline deadline) {
        try (Step step = Step.begin("reserve")) {
            step.tag(Names.REQUEST_MODEL, ask.model());
            Reservation reservation = ledger.reserve(ask, deadline);
            String outcome = switch (reservation) {
                case Held held -> {
                    step.tag("millrace.hold.output_tokens", held.outputTokenLimit());
                    yield "held";
                }
                case Refused refused -> {
                    step.failed(refused.reason().name());
                    yield refused.reason().name();
                }
                case Away away -> {
                    step.failed("BILLING_AWAY");
                    yield "BILLING_AWAY";
                }
            };
            asked.add(1, Attributes.of(Names.key(Names.OUTCOME), outcome));
            return reservation;
        }
    }

    @Override
    public OptionalDouble budgetShare(String tenant, Deadline deadline) {
        return ledger.budgetShare(tenant, deadline);
    }

    @Override
    public void release(String tenant, String turnId, String holdId, Deadline deadline) {
        try (Step step = Step.begin("release")) {
            step.tag(Names.TURN, turnId);
            ledger.release(tenant, turnId, holdId, deadline);
        }
    }

    @Override
    public CompletableFuture<TurnResult.Cost> settle(
            Settlement settlement, Deadline deadline, Consumer<TurnResult.Cost> told) {
        Step step = Step.beginApart("settle")
                .tag(Names.TURN, settlement.turnId())
                .tag("millrace.end", settlement.end().name());
        Context within = step.in(Context.current());
        Context before = within.attach();
        try {
            CompletableFuture<TurnResult.Cost> cost = ledger.settle(settlement, deadline, told);
            // Not handed on: a future that hangs on another wraps the failure, and hides what the ledger said.
            var _ = cost.whenComplete((charged, failure) -> settled(settlement, charged, failure, step));
            return cost;
        } finally {
            within.detach(before);
        }
    }

    private void settled(Settlement settlement, TurnResult.Cost cost, @Nullable Throwable failure, Step step) {
        try (step) {
            if (failure != null) {
                boolean never = failure instanceof NotSettled refused && !refused.worthRepeating();
                step.failed(never ? "NEVER_SETTLED" : "NOT_YET_SETTLED");
                return;
            }
            step.tag("millrace.charged_nano_usd", cost.chargedNanoUsd())
                    .tag("millrace.saved_nano_usd", cost.savedNanoUsd());
            Attributes where = Attributes.of(Names.key(Names.TARGET), settlement.route());
            charged.add(cost.chargedNanoUsd(), where);
            saved.add(Math.max(0, cost.savedNanoUsd()), where);
        }
    }
}
