package dev.millrace.relay.grpc;

import dev.millrace.relay.AttemptKey;
import dev.millrace.relay.Capabilities;
import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.CompletionCall.FirstTokenLimit;
import dev.millrace.relay.EmbeddingAnswer;
import dev.millrace.relay.EmbeddingCall;
import dev.millrace.relay.ProviderModel;
import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.inference.v1.Embedding;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.SeedSupport;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Translates between the wire and the domain. */
final class CallShapes {
    private CallShapes() {}

    static CompletionCall call(StreamCompletionRequest request) {
        return new CompletionCall(
                key(request.getTurnId(), request.getAttemptId()),
                request.getMessagesList(),
                request.getSampling(),
                request.getToolsList(),
                request.getToolChoice(),
                request.getResponseFormat(),
                request.getExtraParametersJson(),
                request.getEndUser(),
                request.hasOutputTokenLimit() ? OptionalLong.of(request.getOutputTokenLimit()) : OptionalLong.empty(),
                request.hasEstimatedInputTokens()
                        ? OptionalLong.of(request.getEstimatedInputTokens())
                        : OptionalLong.empty(),
                request.getBegun(),
                firstTokenLimit(request));
    }

    private static Optional<FirstTokenLimit> firstTokenLimit(StreamCompletionRequest request) {
        if (!request.hasFirstTokenLimit()) {
            return Optional.empty();
        }
        Duration span = WireTimes.fromWire(request.getFirstTokenLimit());
        return span.isPositive()
                ? Optional.of(new FirstTokenLimit(span, request.getFirstTokenLimitLongest()))
                : Optional.empty();
    }

    static EmbeddingCall call(CreateEmbeddingsRequest request) {
        return new EmbeddingCall(
                key(request.getTurnId(), request.getAttemptId()),
                request.getInputsList(),
                request.hasDimensions() ? OptionalInt.of(request.getDimensions()) : OptionalInt.empty());
    }

    private static AttemptKey key(String turnId, String attemptId) {
        String turn = turnId.isEmpty() ? CallContext.turn() : turnId;
        String attempt = attemptId.isEmpty() ? turn + "/1" : attemptId;
        return new AttemptKey(turn, CallContext.tenant().orElse(""), attempt);
    }

    static CreateEmbeddingsResponse response(EmbeddingAnswer answer, ProviderModel model) {
        CreateEmbeddingsResponse.Builder response = CreateEmbeddingsResponse.newBuilder()
                .setSpace(model.wireName() + "/" + answer.vectors().getFirst().length)
                .setUsage(answer.usage())
                .setModel(answer.model().isEmpty() ? model.wireName() : answer.model());
        for (float[] vector : answer.vectors()) {
            Embedding.Builder embedding = Embedding.newBuilder();
            for (float value : vector) {
                embedding.addValues(value);
            }
            response.addEmbeddings(embedding);
        }
        return response.build();
    }

    /** @param resting why it is left alone for now; empty: it is not */
    static Model model(ProviderModel model, Optional<String> resting) {
        Model.Builder wire = Model.newBuilder()
                .setId(model.id())
                .addAllAliases(model.aliases())
                .setEngine(model.provider().name())
                .setCapabilities(capabilities(model.capabilities()))
                .setState(state(model, resting))
                .setStateDetail(model.unusable().or(() -> resting).orElse(""));
        model.contextLength().ifPresent(wire::setContextLength);
        model.maxOutputTokens().ifPresent(wire::setMaxOutputTokens);
        return wire.build();
    }

    private static ModelState state(ProviderModel model, Optional<String> resting) {
        if (model.unusable().isPresent()) {
            return ModelState.MODEL_STATE_UNAVAILABLE;
        }
        return resting.isPresent() ? ModelState.MODEL_STATE_RESTING : ModelState.MODEL_STATE_LOADED;
    }

    private static ModelCapabilities capabilities(Capabilities can) {
        return ModelCapabilities.newBuilder()
                .setChat(can.chat())
                .setTools(can.tools())
                .setImages(can.images())
                .setJsonSchema(can.jsonSchema())
                .setEmbeddings(can.embeddings())
                .setSeed(can.seed() ? SeedSupport.SEED_SUPPORT_BEST_EFFORT : SeedSupport.SEED_SUPPORT_NONE)
                .setMultipleChoices(can.multipleChoices())
                .setLogprobs(can.logprobs())
                .build();
    }
}
