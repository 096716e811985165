package dev.millrace.gateway.telemetry;

import dev.millrace.schema.completion.v1.TokenUsage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Measures calls of models as their caller sees them, under the names of the conventions. */
public final class AttemptMeter {
    private static final List<Double> SECONDS =
            List.of(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
    private static final List<Long> TOKENS =
            List.of(1L, 4L, 16L, 64L, 256L, 1024L, 4096L, 16384L, 65536L, 262144L, 1048576L, 4194304L);

    private final DoubleHistogram duration;
    private final DoubleHistogram firstToken;
    private final LongHistogram tokens;

    public AttemptMeter(Meter meter) {
        duration = meter.histogramBuilder("gen_ai.client.operation.duration")
                .setUnit("s")
                .setDescription("how long a call of a model took")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
        firstToken = meter.histogramBuilder("gen_ai.client.operation.time_to_first_chunk")
                .setUnit("s")
                .setDescription("how long its first token took, time in queues included")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
        tokens = meter.histogramBuilder("gen_ai.client.token.usage")
                .ofLongs()
                .setUnit("{token}")
                .setDescription("how many tokens went in and came out")
                .setExplicitBucketBoundariesAdvice(TOKENS)
                .build();
    }

    /** What was called. */
    record Called(String operation, String provider, String model, String target) {
        Attributes attributes() {
            return builder().build();
        }

        private AttributesBuilder builder() {
            return Attributes.builder()
                    .put(Names.OPERATION, operation)
                    .put(Names.PROVIDER, provider)
                    .put(Names.REQUEST_MODEL, model)
                    .put(Names.TARGET, target);
        }
    }

    void ended(Called called, Duration took, Optional<String> failure) {
        AttributesBuilder attributes = called.builder();
        failure.ifPresent(reason -> attributes.put("error.type", reason));
        duration.record(seconds(took), attributes.build());
    }

    void firstToken(Called called, Duration took) {
        firstToken.record(seconds(took), called.attributes());
    }

    /** A count that the backend did not tell is not recorded; it is not 0. */
    void used(Called called, TokenUsage usage) {
        if (usage.hasInputTokens()) {
            tokens.record(
                    usage.getInputTokens(),
                    called.builder().put("gen_ai.token.type", "input").build());
        }
        if (usage.hasOutputTokens()) {
            tokens.record(
                    usage.getOutputTokens(),
                    called.builder().put("gen_ai.token.type", "output").build());
        }
    }

    static double seconds(Duration span) {
        return span.toNanos() / 1e9;
    }
}
