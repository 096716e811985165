package dev.millrace.gateway.fakes;

import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.inference.v1.Embedding;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import dev.millrace.schema.inference.v1.UnreachedEngine;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A backend that plays a script for each model; without one it answers "hello from MODEL" in two pieces. */
public final class FakeBackend extends InferenceServiceGrpc.InferenceServiceImplBase {

    private static final Context.Key<Metadata> HEADERS = Context.key("headers");

    private final String engine;
    private final List<Model> models = new CopyOnWriteArrayList<>();
    private final Map<String, List<Script>> scripts = new ConcurrentHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final AtomicLong written = new AtomicLong();
    private volatile Happening whileEmbedding = () -> {};
    private volatile boolean silent;
    private volatile List<UnreachedEngine> unreached = List.of();

    public FakeBackend(String engine, String... modelIds) {
        this.engine = engine;
        for (String id : modelIds) {
            offer(id, ModelState.MODEL_STATE_LOADED, "");
        }
    }

    /** Offers one more model. */
    public void offer(String id, ModelState state, String detail) {
        models.add(Model.newBuilder()
                .setId(id)
                .setEngine(engine)
                .setContextLength(8192)
                .setState(state)
                .setStateDetail(detail)
                .setCapabilities(ModelCapabilities.newBuilder().setChat(true).setEmbeddings(true))
                .build());
    }

    /** Tells another state of a model. */
    public void state(String id, ModelState state) {
        models.replaceAll(model ->
                model.getId().equals(id) ? model.toBuilder().setState(state).build() : model);
    }

    /** Gives a model a window of so many tokens. */
    public void window(String id, long tokens) {
        models.replaceAll(model -> model.getId().equals(id)
                ? model.toBuilder().setContextLength(tokens).build()
                : model);
    }

    /** Says that a model cannot be used, and why. */
    public void stop(String id, String detail) {
        models.replaceAll(model -> model.getId().equals(id)
                ? model.toBuilder()
                        .setState(ModelState.MODEL_STATE_UNAVAILABLE)
                        .setStateDetail(detail)
                        .build()
                : model);
    }

    /** What the model's next call plays; the last script stays. */
    public void script(String model, Script... next) {
        scripts.put(model, new ArrayList<>(List.of(next)));
    }

    public List<Seen> seen() {
        return seen;
    }

    /** Opens when a call that waits was cancelled. */
    public CountDownLatch cancelled() {
        return cancelled;
    }

    /** Opens {@link #cancelled}. */
    void noteCancelled() {
        cancelled.countDown();
    }

    String engine() {
        return engine;
    }

    /** Frames handed to the transport by {@link #flood}. */
    public long written() {
        return written.get();
    }

    /** Keeps the headers of each call. */
    public static ServerInterceptor headers() {
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                return Contexts.interceptCall(Context.current().withValue(HEADERS, headers), call, headers, next);
            }
        };
    }

    /** Whether it keeps its models to itself from now on; prompts are answered as before. */
    public void silent(boolean now) {
        silent = now;
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
        if (silent) {
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
            return;
        }
        observer.onNext(ListModelsResponse.newBuilder()
                .addAllModels(models)
                .addAllUnreachedEngines(unreached)
                .build());
        observer.onCompleted();
    }

    /** From now on it has this engine too, which never answered. */
    public void unreached(UnreachedEngine engine) {
        unreached = List.of(engine);
    }

    /** From now on embedding does this first. */
    public void whileEmbedding(Happening happening) {
        whileEmbedding = happening;
    }

    /** What happens while texts are embedded; what it throws is the answer. */
    @FunctionalInterface
    public interface Happening {
        void happen();
    }

    @Override
    public void createEmbeddings(CreateEmbeddingsRequest request, StreamObserver<CreateEmbeddingsResponse> observer) {
        try {
            whileEmbedding.happen();
        } catch (StatusRuntimeException refusal) {
            observer.onError(refusal);
            return;
        }
        CreateEmbeddingsResponse.Builder response =
                CreateEmbeddingsResponse.newBuilder().setSpace("fake/2").setModel(request.getModel());
        request.getInputsList()
                .forEach(input -> response.addEmbeddings(
                        Embedding.newBuilder().addValues(1).addValues(0)));
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public void streamCompletion(StreamCompletionRequest request, StreamObserver<StreamCompletionResponse> observer) {
        seen.add(new Seen(request, HEADERS.get(), Context.current().getDeadline()));
        Script script = next(request.getModel());
        BlockingStreamWriter.serve(
                observer, BlockingStreamWriter.STALL_LIMIT, writer -> script.play(new Stage(this, request, writer)));
    }

    private synchronized Script next(String model) {
        List<Script> left = scripts.getOrDefault(model, List.of());
        if (left.isEmpty()) {
            return answer("hello from ", model);
        }
        return left.size() == 1 ? left.getFirst() : left.removeFirst();
    }

    /** Answers with these pieces; one token each. */
    public static Script answer(String... pieces) {
        return stage -> {
            stage.begin();
            for (String piece : pieces) {
                stage.piece(piece);
            }
            stage.end(pieces.length);
        };
    }

    /** Refuses at once. */
    public static Script refuse(Status.Code code, String reason, String message, Map<String, String> metadata) {
        return stage -> {
            Fault fault = Fault.of(code, "fake", reason, message);
            for (Map.Entry<String, String> variable : metadata.entrySet()) {
                fault = fault.with(variable.getKey(), variable.getValue());
            }
            throw fault.toException();
        };
    }

    /** Begins, gives these pieces, and is lost. */
    public static Script cutAfter(String... pieces) {
        return stage -> {
            stage.begin();
            for (String piece : pieces) {
                stage.piece(piece);
            }
            throw Fault.of(Status.Code.ABORTED, "fake", "ENGINE_FAILED", "the engine ran out of memory")
                    .toException();
        };
    }

    /** Gives these pieces and then nothing, until it is cancelled. */
    public static Script hangAfter(String... pieces) {
        return stage -> {
            if (pieces.length > 0) {
                stage.begin();
            }
            for (String piece : pieces) {
                stage.piece(piece);
            }
            stage.hang();
        };
    }

    /** Writes pieces for as long as they are taken. */
    public static Script flood(int pieces) {
        return stage -> {
            stage.begin();
            for (int i = 0; i < pieces; i++) {
                stage.piece("0123456789".repeat(100));
                stage.backend().written.incrementAndGet();
            }
            stage.end(pieces);
        };
    }

    /** A call as it arrived. */
    public record Seen(
            StreamCompletionRequest request,
            Metadata headers,
            @Nullable Deadline deadline) {

        public @Nullable String clearance() {
            return headers.get(MetadataKeys.CLEARANCE);
        }
    }

    /** What a backend does with one call. */
    @FunctionalInterface
    public interface Script {
        void play(Stage stage) throws Exception;
    }
}
