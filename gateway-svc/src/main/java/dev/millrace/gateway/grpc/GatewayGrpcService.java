package dev.millrace.gateway.grpc;

import com.google.protobuf.MessageLite;
import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Callers;
import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Completions;
import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.schema.gateway.v1.Cost;
import dev.millrace.schema.gateway.v1.CreateCompletionRequest;
import dev.millrace.schema.gateway.v1.CreateCompletionResponse;
import dev.millrace.schema.gateway.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.gateway.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.gateway.v1.ExplainRouteRequest;
import dev.millrace.schema.gateway.v1.ExplainRouteResponse;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ResumeCompletionRequest;
import dev.millrace.schema.gateway.v1.ResumeCompletionResponse;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import dev.millrace.schema.gateway.v1.TierCutoffs;
import dev.millrace.schema.inference.v1.Embedding;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/** The gRPC door: reads requests, runs turns at the caller's pace, writes their events and faults. */
public final class GatewayGrpcService extends GatewayServiceGrpc.GatewayServiceImplBase {

    private final Callers callers;
    private final Completions completions;
    private final Embeddings embeddings;
    private final Catalogue catalogue;
    private final Duration stallLimit;

    /** A door on these; a reader that takes nothing for the stall limit is cut off. */
    public GatewayGrpcService(
            Callers callers, Completions completions, Embeddings embeddings, Catalogue catalogue, Duration stallLimit) {
        this.callers = callers;
        this.completions = completions;
        this.embeddings = embeddings;
        this.catalogue = catalogue;
        this.stallLimit = stallLimit;
    }

    @Override
    public void streamCompletion(StreamCompletionRequest request, StreamObserver<StreamCompletionResponse> observer) {
        serve(observer, writer -> {
            TurnRequest turn = RequestReader.turn(request, caller(), Delivery.STREAMED);
            completions.run(turn, new StreamedAnswer(writer));
        });
    }

    @Override
    public void createCompletion(CreateCompletionRequest request, StreamObserver<CreateCompletionResponse> observer) {
        serve(observer, writer -> {
            TurnRequest turn = RequestReader.turn(request.getCompletion(), caller(), Delivery.WHOLE);
            completions.run(turn, new WholeAnswer(writer));
        });
    }

    @Override
    public void resumeCompletion(ResumeCompletionRequest request, StreamObserver<ResumeCompletionResponse> observer) {
        serve(observer, writer -> {
            throw new TurnFault(
                    Reason.NOT_YET_SERVED,
                    "ResumeCompletion is not served yet. Ask again with StreamCompletion",
                    Map.of("method", "ResumeCompletion"));
        });
    }

    @Override
    public void createEmbeddings(CreateEmbeddingsRequest request, StreamObserver<CreateEmbeddingsResponse> observer) {
        answer(observer, caller -> wire(embeddings.embed(RequestReader.embeddings(request, caller))));
    }

    private static CreateEmbeddingsResponse wire(Embeddings.Result result) {
        CreateEmbeddingsResponse.Builder wire = CreateEmbeddingsResponse.newBuilder()
                .setSpace(result.space())
                .setUsage(result.usage())
                .setModel(result.model())
                .setRoute(Decisions.candidate(result.route()));
        result.chargedNanoUsd()
                .ifPresent(charged -> wire.setCost(Cost.newBuilder().setChargedNanoUsd(charged)));
        for (float[] vector : result.vectors()) {
            Embedding.Builder embedding = Embedding.newBuilder();
            for (float value : vector) {
                embedding.addValues(value);
            }
            wire.addEmbeddings(embedding);
        }
        return wire.build();
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
        answer(observer, caller -> ModelPages.page(request, catalogue));
    }

    @Override
    public void explainRoute(ExplainRouteRequest request, StreamObserver<ExplainRouteResponse> observer) {
        answer(observer, caller -> {
            Completions.Explanation explanation =
                    completions.explain(RequestReader.turn(request.getCompletion(), caller, Delivery.WHOLE));
            Completions.Cutoffs cutoffs = explanation.cutoffs();
            return ExplainRouteResponse.newBuilder()
                    .setRouteDecided(Decisions.wire(explanation.decision()))
                    .setCutoffs(TierCutoffs.newBuilder()
                            .setVersion(cutoffs.version())
                            .setModerate(cutoffs.moderate())
                            .setComplex(cutoffs.complex())
                            .setPremium(cutoffs.premium()))
                    .build();
        });
    }

    private <A extends MessageLite> void answer(StreamObserver<A> observer, Function<Caller, A> answer) {
        serve(observer, writer -> {
            A whole = answer.apply(caller());
            writer.write(whole);
            writer.completeAndWait(whole.getSerializedSize());
        });
    }

    private <A> void serve(StreamObserver<A> observer, BlockingStreamWriter.Body<A> body) {
        BlockingStreamWriter.serve(observer, stallLimit, writer -> {
            try {
                body.writeTo(writer);
            } catch (TurnFault fault) {
                throw Faults.of(fault).toException();
            }
        });
    }

    private Caller caller() {
        return callers.authenticate(KeyHeader.current());
    }
}
