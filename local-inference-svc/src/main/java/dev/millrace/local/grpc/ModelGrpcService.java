package dev.millrace.local.grpc;

import dev.millrace.local.Engine;
import dev.millrace.local.EngineFault;
import dev.millrace.local.LocalModel;
import dev.millrace.local.Node;
import dev.millrace.local.Node.Place;
import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.inference.v1.GetModelRequest;
import dev.millrace.schema.inference.v1.GetModelResponse;
import dev.millrace.schema.inference.v1.InferenceErrorReason;
import dev.millrace.schema.inference.v1.LoadModelRequest;
import dev.millrace.schema.inference.v1.LoadModelResponse;
import dev.millrace.schema.inference.v1.LoadModelResponse.Phase;
import dev.millrace.schema.inference.v1.ModelServiceGrpc;
import dev.millrace.schema.inference.v1.UnloadModelRequest;
import dev.millrace.schema.inference.v1.UnloadModelResponse;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.OptionalDouble;

/** Serves the life cycle of this node's models. */
public final class ModelGrpcService extends ModelServiceGrpc.ModelServiceImplBase {
    private final Node node;
    private final java.time.Duration stallLimit;

    /** @param stallLimit how long a reader may accept nothing */
    public ModelGrpcService(Node node, java.time.Duration stallLimit) {
        this.node = node;
        this.stallLimit = stallLimit;
    }

    @Override
    public void loadModel(LoadModelRequest request, StreamObserver<LoadModelResponse> observer) {
        BlockingStreamWriter.serve(observer, stallLimit, writer -> {
            Place place = find(request.getModel());
            if (place.model().state() != LocalModel.State.LOADED) {
                for (Engine engine : place.engines()) {
                    load(engine, request.getModel(), writer);
                }
            }
            writer.write(LoadModelResponse.newBuilder()
                    .setPhase(Phase.PHASE_READY)
                    .setFraction(1)
                    .build());
        });
    }

    private static void load(Engine engine, String model, BlockingStreamWriter<LoadModelResponse> writer)
            throws InterruptedException {
        try {
            engine.load(model, fraction -> writer.write(loading(fraction)));
        } catch (EngineFault failure) {
            throw Faults.of(failure).toException();
        }
    }

    private static LoadModelResponse loading(OptionalDouble fraction) {
        LoadModelResponse.Builder loading = LoadModelResponse.newBuilder().setPhase(Phase.PHASE_LOADING);
        fraction.ifPresent(loading::setFraction);
        return loading.build();
    }

    @Override
    public void unloadModel(UnloadModelRequest request, StreamObserver<UnloadModelResponse> observer) {
        long begin = System.nanoTime();
        Place place = find(request.getModel());
        try {
            for (Engine engine : place.engines()) {
                engine.unload(request.getModel());
            }
        } catch (EngineFault failure) {
            throw Faults.of(failure).toException();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
        observer.onNext(UnloadModelResponse.newBuilder()
                .setModel(ModelCodec.write(find(request.getModel()).model()))
                .setElapsed(WireTimes.toWire(elapsed))
                .build());
        observer.onCompleted();
    }

    @Override
    public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> observer) {
        observer.onNext(GetModelResponse.newBuilder()
                .setModel(ModelCodec.write(find(request.getModel()).model()))
                .build());
        observer.onCompleted();
    }

    private Place find(String model) {
        return node.find(model)
                .orElseThrow(() -> Faults.fault(
                                Code.NOT_FOUND,
                                InferenceErrorReason.INFERENCE_ERROR_REASON_MODEL_UNKNOWN,
                                "no engine of this node has the model " + model + "; ListModels tells which there are")
                        .with("model", model)
                        .toException());
    }
}
