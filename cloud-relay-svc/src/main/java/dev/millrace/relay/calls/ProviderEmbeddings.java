package dev.millrace.relay.calls;

import dev.millrace.relay.AttemptLedger;
import dev.millrace.relay.AttemptLedger.TryKey;
import dev.millrace.relay.CallScope;
import dev.millrace.relay.EmbeddingAnswer;
import dev.millrace.relay.EmbeddingCall;
import dev.millrace.relay.Embeddings;
import dev.millrace.relay.Failure;
import dev.millrace.relay.Outcome;
import dev.millrace.relay.Outcome.Answered;
import dev.millrace.relay.Outcome.Failed;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Quotas;
import dev.millrace.relay.Reason;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.Upstream.Exchange;
import dev.millrace.relay.WireFormat;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.telemetry.Step;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/** Turns texts into vectors at a provider, cut to the wanted length and normalised, so that every space has one measure. */
public final class ProviderEmbeddings implements Embeddings {
    private static final int ANSWER_BYTES_MAX = 64 << 20;
    private static final TokenUsage NOTHING = TokenUsage.newBuilder()
            .setInputTokens(0)
            .setProvenance(UsageProvenance.USAGE_PROVENANCE_COUNTED)
            .build();
    private static final TokenUsage UNKNOWN = TokenUsage.newBuilder()
            .setProvenance(UsageProvenance.USAGE_PROVENANCE_ESTIMATED)
            .build();

    private final ProviderCall provider;
    private final WireFormat format;
    private final Tries tries;
    private final AttemptLedger ledger;
    private final ScheduledExecutorService timer;

    /** Wires the parts; the timer runs quick tasks only: limits. */
    public ProviderEmbeddings(
            Upstream upstream,
            WireFormat format,
            Quotas quotas,
            Tries tries,
            AttemptLedger ledger,
            ScheduledExecutorService timer) {
        this.provider = new ProviderCall(upstream, format, quotas);
        this.format = format;
        this.tries = tries;
        this.ledger = ledger;
        this.timer = timer;
    }

    @Override
    public Outcome<EmbeddingAnswer> run(EmbeddingCall call, ProviderModel model, CallScope scope)
            throws IOException, InterruptedException {
        Optional<Failure> refusal = tries.refusal(model);
        if (refusal.isPresent()) {
            return Outcome.failed(refusal.get());
        }
        byte[] body = format.embeddings(call, model);
        return tries.run(
                model,
                scope,
                number -> tryOnce(call, model, number, body, scope),
                (nextTry, cause, wait) -> scope.pause(wait));
    }

    private Outcome<EmbeddingAnswer> tryOnce(
            EmbeddingCall call, ProviderModel model, int number, byte[] body, CallScope scope)
            throws InterruptedException {
        TryKey key = new TryKey(call.attempt(), number, model.provider().name(), model.wireName());
        Exchange exchange =
                provider.prepare(model, "/embeddings", call.attempt().attemptId(), body, "application/json");
        AttemptLedger.Start start = ledger.started(key);
        scope.onLeave(exchange::abort);
        Outcome<EmbeddingAnswer> outcome = Outcome.failed(Failure.callerLeft());
        try (exchange;
                Step step = TryStep.begin("/embeddings", model, number);
                TryWatch watch =
                        new TryWatch(model.provider().patience(), timer, exchange::abort, ProviderEmbeddings::noBeat)) {
            outcome = TryStep.ended(step, exchange(call, model, exchange, scope, watch));
            start.await();
        } finally {
            ledger.ended(key, usage(outcome), end(outcome));
        }
        return outcome;
    }

    private static void noBeat() {
        // A unary call has no frames to say so.
    }

    private Outcome<EmbeddingAnswer> exchange(
            EmbeddingCall call, ProviderModel model, Exchange exchange, CallScope scope, TryWatch watch) {
        try {
            return switch (provider.send(exchange, model, "application/json")) {
                case Failed<InputStream>(Failure failure) -> Outcome.failed(failure);
                case Answered<InputStream>(InputStream in) -> Outcome.answered(read(call, in));
            };
        } catch (IOException broken) {
            if (scope.isLeft()) {
                return Outcome.failed(Failure.callerLeft());
            }
            return Outcome.failed(
                    watch.isExpired()
                            ? Failure.sick(model.provider(), watch.silence())
                            : provider.broken(model, broken));
        }
    }

    private EmbeddingAnswer read(EmbeddingCall call, InputStream in) throws IOException {
        EmbeddingAnswer raw = format.readEmbeddings(
                new BoundedBody(in, ANSWER_BYTES_MAX), call.inputs().size());
        in.readNBytes(1_024);
        List<float[]> vectors = raw.vectors().stream()
                .map(vector -> normalised(shortened(vector, call)))
                .toList();
        return new EmbeddingAnswer(vectors, raw.model(), raw.usage());
    }

    private static float[] shortened(float[] vector, EmbeddingCall call) {
        int wanted = call.dimensions().orElse(vector.length);
        return wanted < vector.length ? Arrays.copyOf(vector, wanted) : vector;
    }

    /** Divides by the length; a vector of zeros stays what it is. */
    static float[] normalised(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        double length = Math.sqrt(square);
        if (length == 0) {
            return vector;
        }
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    private static TokenUsage usage(Outcome<EmbeddingAnswer> outcome) {
        return switch (outcome) {
            case Answered<EmbeddingAnswer>(EmbeddingAnswer answer) ->
                answer.usage().hasInputTokens() ? answer.usage() : UNKNOWN;
            case Failed<EmbeddingAnswer>(Failure failure) -> failure.reason() == Reason.CALLER_LEFT ? UNKNOWN : NOTHING;
        };
    }

    private static String end(Outcome<EmbeddingAnswer> outcome) {
        return switch (outcome) {
            case Answered<EmbeddingAnswer> answered -> "completed";
            case Failed<EmbeddingAnswer>(Failure failure) ->
                failure.reason() == Reason.CALLER_LEFT
                        ? "cancelled"
                        : failure.reason().name();
        };
    }
}
