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
import dev.millrace.relay.TokenCounter;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.Upstream.Exchange;
import dev.millrace.relay.WireFormat;
import dev.millrace.rpc.Channels;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.telemetry.Step;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Turns texts into vectors at a provider, cut to the wanted length and normalised, so that every space has one measure. */
public final class ProviderEmbeddings implements Embeddings {
    private static final int ANSWER_BYTES_MAX = 64 << 20;
    /** What the caller can be sent, with room for what is not vectors. */
    private static final long VECTOR_BYTES_MAX = Channels.MESSAGE_BYTES_MAX - (256 << 10);
    /** What a vector takes beside its numbers. */
    private static final long VECTOR_OVERHEAD_BYTES = 8;
    /** The length of a model's vectors before it has made any; most make these. */
    private static final int DIMENSIONS_USUAL = 1_024;

    private static final TokenUsage NOTHING = TokenUsage.newBuilder()
            .setInputTokens(0)
            .setProvenance(UsageProvenance.USAGE_PROVENANCE_COUNTED)
            .build();

    private final ProviderCall provider;
    private final WireFormat format;
    private final Tries tries;
    private final AttemptLedger ledger;
    private final TokenCounter counter;
    /** How long the vectors of a model are by themselves, once it has made some. */
    private final Map<String, Integer> dimensions = new ConcurrentHashMap<>();

    public ProviderEmbeddings(
            Upstream upstream,
            WireFormat format,
            Quotas quotas,
            Tries tries,
            AttemptLedger ledger,
            TokenCounter counter) {
        this.provider = new ProviderCall(upstream, format, quotas);
        this.format = format;
        this.tries = tries;
        this.ledger = ledger;
        this.counter = counter;
    }

    @Override
    public Outcome<EmbeddingAnswer> run(EmbeddingCall call, ProviderModel model, CallScope scope)
            throws IOException, InterruptedException {
        Optional<Failure> refusal = tooLarge(call, model).or(() -> tries.refusal(model));
        if (refusal.isPresent()) {
            return Outcome.failed(refusal.get());
        }
        byte[] body = format.embeddings(call, model);
        return tries.run(
                model,
                scope,
                (number, permit) -> tryOnce(call, model, number, body, scope),
                (nextTry, cause, wait) -> scope.pause(wait));
    }

    /** Said before the provider is asked and paid for what could not be handed over. */
    private Optional<Failure> tooLarge(EmbeddingCall call, ProviderModel model) {
        long length = call.dimensions().orElseGet(() -> dimensions.getOrDefault(model.id(), DIMENSIONS_USUAL));
        long bytes = call.inputs().size() * (Float.BYTES * length + VECTOR_OVERHEAD_BYTES);
        if (bytes <= VECTOR_BYTES_MAX) {
            return Optional.empty();
        }
        long inputsMax = VECTOR_BYTES_MAX / (Float.BYTES * length + VECTOR_OVERHEAD_BYTES);
        return Optional.of(Failure.of(
                        Reason.FIELD_INVALID,
                        "inputs: " + call.inputs().size() + " texts make vectors of " + bytes
                                + " bytes (expected: at most " + inputsMax + " texts in one call at " + length
                                + " dimensions)")
                .with("field", "inputs")
                .with("size_bytes", bytes)
                .with("inputs_max", inputsMax));
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
        Billed billed = new Billed();
        try (exchange;
                Step step = TryStep.begin("/embeddings", model, number);
                // A unary call has no frames to say so, and no first piece.
                TryWatch watch = new TryWatch(model.provider().patience(), exchange::abort, () -> {}, () -> {})) {
            outcome = TryStep.ended(step, exchange(call, model, exchange, scope, watch, billed));
            start.await();
        } finally {
            ledger.ended(key, usage(call, outcome, billed), end(outcome));
        }
        return outcome;
    }

    /** Whether the provider may have read the texts, and so bills them whatever became of its answer. */
    private static final class Billed {
        private boolean maybe = true;
    }

    private Outcome<EmbeddingAnswer> exchange(
            EmbeddingCall call,
            ProviderModel model,
            Exchange exchange,
            CallScope scope,
            TryWatch watch,
            Billed billed) {
        try {
            return switch (provider.send(exchange, model, "application/json")) {
                case Failed<Upstream.Body>(Failure failure) -> {
                    billed.maybe = false;
                    yield Outcome.failed(failure);
                }
                case Answered<Upstream.Body>(Upstream.Body in) -> Outcome.answered(read(call, model, in));
            };
        } catch (IOException broken) {
            billed.maybe = !(broken instanceof Upstream.Unreachable);
            if (scope.isLeft()) {
                return Outcome.failed(Failure.callerLeft());
            }
            return Outcome.failed(
                    watch.isExpired()
                            ? Failure.sick(model.provider(), watch.silence())
                            : provider.broken(model, broken));
        }
    }

    private EmbeddingAnswer read(EmbeddingCall call, ProviderModel model, InputStream in) throws IOException {
        EmbeddingAnswer raw = format.readEmbeddings(
                new BoundedBody(in, ANSWER_BYTES_MAX), call.inputs().size());
        in.readNBytes(1_024);
        if (call.dimensions().isEmpty() && !raw.vectors().isEmpty()) {
            dimensions.put(model.id(), raw.vectors().getFirst().length);
        }
        List<float[]> vectors = raw.vectors().stream()
                .map(vector -> normalised(shortened(vector, call)))
                .toList();
        return new EmbeddingAnswer(vectors, raw.model(), raw.usage().hasInputTokens() ? raw.usage() : estimate(call));
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

    private TokenUsage usage(EmbeddingCall call, Outcome<EmbeddingAnswer> outcome, Billed billed) {
        return switch (outcome) {
            case Answered<EmbeddingAnswer>(EmbeddingAnswer answer) -> answer.usage();
            case Failed<EmbeddingAnswer> failed -> billed.maybe ? estimate(call) : NOTHING;
        };
    }

    private TokenUsage estimate(EmbeddingCall call) {
        return TokenUsage.newBuilder()
                .setInputTokens(call.inputs().stream().mapToLong(counter::count).sum())
                .setProvenance(UsageProvenance.USAGE_PROVENANCE_ESTIMATED)
                .build();
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
