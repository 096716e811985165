package dev.millrace.gateway.telemetry;

import dev.millrace.gateway.Backend;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.telemetry.AttemptMeter.Called;
import dev.millrace.telemetry.Step;
import java.time.Duration;
import java.util.Optional;

/** A backend each of whose attempts is a step of the trace, named and tagged as the conventions for generative AI say. */
public final class WatchedBackend implements Backend {
    private final Backend backend;
    private final Target target;
    private final AttemptMeter meter;

    public WatchedBackend(Backend backend, Target target, AttemptMeter meter) {
        this.backend = backend;
        this.target = target;
        this.meter = meter;
    }

    @Override
    public Stream open(Call call) {
        Step step = begin(Names.CHAT, call.model(), call.attemptId());
        if (step.isRecorded()) {
            call.outputTokenLimit().ifPresent(limit -> step.tag("gen_ai.request.max_tokens", limit));
            step.tag("millrace.may_overflow", String.valueOf(call.mayOverflow()));
            SamplingTags.tell(step, call.request().sampling());
        }
        try {
            return new WatchedStream(backend.open(call), step, called(Names.CHAT, call.model()), meter);
        } catch (RuntimeException failure) {
            step.failed("UNEXPECTED").close();
            throw failure;
        }
    }

    @Override
    public Embedded embed(EmbedCall call) {
        Called called = called(Names.EMBEDDINGS, call.model());
        long begin = System.nanoTime();
        try (Step step = begin(Names.EMBEDDINGS, call.model(), call.attemptId())) {
            step.tag("millrace.inputs", call.inputs().size());
            Embedded embedded = backend.embed(call);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            switch (embedded) {
                case Vectors vectors -> {
                    step.tag(Names.RESPONSE_MODEL, vectors.model())
                            .tag(Names.INPUT_TOKENS, vectors.usage().getInputTokens());
                    meter.used(called, vectors.usage());
                    meter.ended(called, took, Optional.empty());
                }
                case Failed(var fault) -> {
                    step.failed(fault.reason());
                    meter.ended(called, took, Optional.of(fault.reason()));
                }
            }
            return embedded;
        }
    }

    private Step begin(String operation, String model, String attemptId) {
        return Step.call(operation + " " + model)
                .tag(Names.OPERATION, operation)
                .tag(Names.REQUEST_MODEL, model)
                .tag(Names.TARGET, target.label())
                .tag("millrace.attempt", attemptId);
    }

    private Called called(String operation, String model) {
        return new Called(operation, target.label(), model, target.label());
    }
}
