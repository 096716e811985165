package dev.millrace.gateway.telemetry;

import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.TurnFault;
import dev.millrace.rpc.CallContext;
import dev.millrace.telemetry.Step;
import java.time.Duration;
import java.util.Optional;

/** Embeddings that are each a step of the trace and are measured at their end. */
public final class WatchedEmbeddings implements Embeddings {
    private final Embeddings embeddings;
    private final TurnMeter meter;

    public WatchedEmbeddings(Embeddings embeddings, TurnMeter meter) {
        this.embeddings = embeddings;
        this.meter = meter;
    }

    @Override
    public Result embed(Request request) {
        long begin = System.nanoTime();
        try (Step step = Step.begin("turn")) {
            step.tag(Names.TURN, CallContext.turn())
                    .tag("millrace.request_id", CallContext.requestId())
                    .tag("millrace.tenant", request.caller().tenant())
                    .tag("millrace.inputs", (long) request.inputs().size());
            try {
                Result result = embeddings.embed(request);
                step.tag(Names.OUTCOME, Names.COMPLETED)
                        .tag(Names.REQUEST_MODEL, result.route().model())
                        .tag(Names.TARGET, result.route().target().label());
                result.chargedNanoUsd().ifPresent(charged -> step.tag("millrace.charged_nano_usd", charged));
                meter.ended(Names.EMBEDDINGS, Optional.of(result.route()), Names.COMPLETED, since(begin));
                return result;
            } catch (TurnFault fault) {
                step.failed(fault.reason().name());
                meter.ended(Names.EMBEDDINGS, Optional.empty(), fault.reason().name(), since(begin));
                throw fault;
            }
        }
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
