package dev.millrace.local.grpc;

import dev.millrace.local.AttemptLedger;
import dev.millrace.local.GpuLoad;
import dev.millrace.local.Load;
import dev.millrace.local.Node;
import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.GetCapacityResponse;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Serves models to the gateway: the local half of the contract that the cloud relay serves too. */
public final class InferenceGrpcService extends InferenceServiceGrpc.InferenceServiceImplBase {
    private final Node node;
    private final Supplier<Optional<GpuLoad>> gpus;
    private final Duration stallLimit;
    private final Completions completions;
    private final Embeddings embeddings;

    /**
     * @param gpus what they do now; empty: there is none
     * @param stallLimit how long a reader may accept nothing
     */
    public InferenceGrpcService(
            Node node, AttemptLedger ledger, Beats beats, Supplier<Optional<GpuLoad>> gpus, Duration stallLimit) {
        this.node = node;
        this.gpus = gpus;
        this.stallLimit = stallLimit;
        this.completions = new Completions(node, ledger, beats);
        this.embeddings = new Embeddings(node, ledger);
    }

    @Override
    public void streamCompletion(StreamCompletionRequest request, StreamObserver<StreamCompletionResponse> observer) {
        BlockingStreamWriter.serve(observer, stallLimit, writer -> completions.stream(request, writer));
    }

    @Override
    public void createEmbeddings(CreateEmbeddingsRequest request, StreamObserver<CreateEmbeddingsResponse> observer) {
        observer.onNext(embeddings.create(request));
        observer.onCompleted();
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
        observer.onNext(ModelPages.page(node, request));
        observer.onCompleted();
    }

    @Override
    public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> observer) {
        Load load = node.currentLoad();
        GetCapacityResponse.Builder capacity = GetCapacityResponse.newBuilder()
                .setSlotsTotal(load.slotsTotal())
                .setSlotsBusy(load.slotsBusy())
                .setQueueLength(load.queueLength())
                .setQueueLimit(load.queueLimit())
                .setAcceptingOverflow(load.acceptingOverflow());
        gpus.get().ifPresent(gpu -> {
            gpu.utilization().ifPresent(capacity::setGpuUtilization);
            capacity.setVramUsedBytes(gpu.vramUsedBytes()).setVramTotalBytes(gpu.vramTotalBytes());
        });
        observer.onNext(capacity.build());
        observer.onCompleted();
    }
}
