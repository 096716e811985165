package dev.millrace.gateway.telemetry;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.Tier;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Measures turns as their callers see them: how many, how they ended, where they went and why, how long they took. */
public final class TurnMeter {
    private static final List<Double> SECONDS =
            List.of(0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0, 300.0);

    private final Meter meter;
    private final LongCounter turns;
    private final LongCounter routes;
    private final DoubleHistogram duration;
    private final DoubleHistogram firstToken;

    public TurnMeter(Meter meter) {
        this.meter = meter;
        turns = meter.counterBuilder("millrace.turns")
                .setUnit("{turn}")
                .setDescription("turns that ended, by how")
                .build();
        routes = meter.counterBuilder("millrace.routes")
                .setUnit("{turn}")
                .setDescription("turns by where they went and why")
                .build();
        duration = meter.histogramBuilder("gen_ai.server.request.duration")
                .setUnit("s")
                .setDescription("how long a turn took, all attempts together")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
        firstToken = meter.histogramBuilder("gen_ai.server.time_to_first_token")
                .setUnit("s")
                .setDescription("how long a caller waited for the first token")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
    }

    /** Measures a state of the gateway, asked each time measurements are sent. */
    public TurnMeter gauge(String name, String unit, LongSupplier state) {
        var _ = meter.gaugeBuilder(name)
                .ofLongs()
                .setUnit(unit)
                .buildWithCallback(observed -> observed.record(state.getAsLong()));
        return this;
    }

    void ended(String operation, Optional<Candidate> answered, String outcome, Duration took) {
        AttributesBuilder attributes = Attributes.builder().put(Names.OPERATION, operation);
        answered.ifPresent(candidate -> attributes
                .put(Names.PROVIDER, candidate.engine())
                .put(Names.REQUEST_MODEL, candidate.model())
                .put(Names.TARGET, candidate.target().label()));
        if (!outcome.equals(Names.COMPLETED)) {
            attributes.put("error.type", outcome);
        }
        duration.record(AttemptMeter.seconds(took), attributes.build());
        turns.add(
                1,
                Attributes.of(
                        Names.key(Names.OPERATION), operation,
                        Names.key(Names.OUTCOME), outcome,
                        Names.key(Names.TARGET),
                                answered.map(candidate -> candidate.target().label())
                                        .orElse(Names.NONE)));
    }

    void routed(Decision decision) {
        decision.chosen()
                .ifPresent(chosen -> routes.add(
                        1,
                        Attributes.of(
                                Names.key(Names.TIER),
                                        decision.tier().map(Tier::label).orElse(Names.NONE),
                                Names.key(Names.TARGET), chosen.target().label(),
                                Names.key(Names.REASON), reason(chosen))));
    }

    static String reason(Candidate candidate) {
        return candidate.reasons().isEmpty()
                ? Names.NONE
                : candidate.reasons().getFirst().kind().name();
    }

    void firstToken(Candidate candidate, Duration took) {
        firstToken.record(
                AttemptMeter.seconds(took),
                Attributes.of(
                        Names.key(Names.OPERATION), Names.CHAT,
                        Names.key(Names.PROVIDER), candidate.engine(),
                        Names.key(Names.REQUEST_MODEL), candidate.model(),
                        Names.key(Names.TARGET), candidate.target().label()));
    }
}
