package dev.millrace.relay.grpc;

import dev.millrace.relay.Breakers;
import dev.millrace.relay.CallLimits;
import dev.millrace.relay.CallScope;
import dev.millrace.relay.Catalog;
import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.Completions;
import dev.millrace.relay.EmbeddingAnswer;
import dev.millrace.relay.Embeddings;
import dev.millrace.relay.Failure;
import dev.millrace.relay.Outcome;
import dev.millrace.relay.Outcome.Answered;
import dev.millrace.relay.Outcome.Failed;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Quotas;
import dev.millrace.relay.Reason;
import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.rpc.Deadlines;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.GetCapacityResponse;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import io.grpc.ServerInterceptor;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the inference contract for clouds. Nothing leaves before it is cleared; nothing is sent back before admission. */
public final class RelayGrpcService extends InferenceServiceGrpc.InferenceServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(RelayGrpcService.class);
    private static final int PAGE_SIZE_WHEN_UNSAID = 100;
    private static final String TOKEN_PREFIX = "after:";
    private static final int PAGE_SIZE_MAX = 1_000;

    private final Catalog catalog;
    private final Admission admission;
    private final Completions completions;
    private final Embeddings embeddings;
    private final Quotas quotas;
    private final Breakers breakers;
    private final CallLimits limits;

    public RelayGrpcService(
            Catalog catalog,
            Completions completions,
            Embeddings embeddings,
            Quotas quotas,
            Breakers breakers,
            CallLimits limits) {
        this.catalog = catalog;
        this.admission = new Admission(catalog);
        this.completions = completions;
        this.embeddings = embeddings;
        this.quotas = quotas;
        this.breakers = breakers;
        this.limits = limits;
    }

    /** Keeps the headers that this service reads; install it with the service. */
    public static ServerInterceptor headers() {
        return CallHeaders.interceptor();
    }

    @Override
    public void streamCompletion(StreamCompletionRequest request, StreamObserver<StreamCompletionResponse> observer) {
        CallHeaders headers = CallHeaders.current();
        switch (admission.admit(request, headers)) {
            case Failed<ProviderModel>(Failure failure) -> refuse(observer, failure);
            case Answered<ProviderModel>(ProviderModel model) -> {
                CompletionCall call = CallShapes.call(request);
                switch (completions.admit(call, model)) {
                    case Failed<Completions.Admitted>(Failure failure) -> refuse(observer, failure);
                    case Answered<Completions.Admitted>(Completions.Admitted admitted) ->
                        stream(call, model, admitted, headers, observer);
                }
            }
        }
    }

    private void stream(
            CompletionCall call,
            ProviderModel model,
            Completions.Admitted admitted,
            CallHeaders headers,
            StreamObserver<StreamCompletionResponse> observer) {
        if (!limits.tryEnter()) {
            refuse(observer, full());
            return;
        }
        BlockingStreamWriter.<StreamCompletionResponse>serveOnLoop(
                observer, BlockingStreamWriter.STALL_LIMIT, writer -> {
                    long begin = System.nanoTime();
                    String end = "CALLER_LEFT";
                    try {
                        CallScope scope = scope(headers);
                        writer.onGone(scope::leave);
                        Outcome<Integer> outcome = admitted.run(scope, new AnswerFrames(writer));
                        end = outcome instanceof Failed<Integer>(Failure failure)
                                ? failure.reason().name()
                                : "COMPLETED";
                        if (outcome instanceof Failed<Integer>(Failure failure)) {
                            throw Faults.of(failure).toException();
                        }
                    } finally {
                        limits.leave();
                        LOG.atDebug()
                                .addKeyValue("attempt_id", call.attempt().attemptId())
                                .addKeyValue("provider", model.provider().name())
                                .addKeyValue("model", model.id())
                                .addKeyValue("end", end)
                                .addKeyValue("millis", (System.nanoTime() - begin) / 1_000_000)
                                .log("completion");
                    }
                });
    }

    private static CallScope scope(CallHeaders headers) {
        return new CallScope(Deadlines.remaining(Deadlines.current()), Math.max(1, headers.attemptsLeft()));
    }

    private Failure full() {
        return Failure.of(
                        Reason.LOCAL_CAPACITY_EXHAUSTED,
                        "the relay runs " + limits.callsMax() + " calls; raise cloud-relay.calls-max")
                .with("calls_max", limits.callsMax());
    }

    /** Without headers or a message before it, so that the caller's sidecar may go elsewhere. */
    private static void refuse(StreamObserver<?> observer, Failure failure) {
        observer.onError(Faults.of(failure).toException());
    }

    @Override
    public void createEmbeddings(CreateEmbeddingsRequest request, StreamObserver<CreateEmbeddingsResponse> observer) {
        CallHeaders headers = CallHeaders.current();
        switch (admission.admit(request, headers)) {
            case Failed<ProviderModel>(Failure failure) -> refuse(observer, failure);
            case Answered<ProviderModel>(ProviderModel model) -> {
                if (limits.tryEnter()) {
                    embed(request, model, headers, observer);
                } else {
                    refuse(observer, full());
                }
            }
        }
    }

    private void embed(
            CreateEmbeddingsRequest request,
            ProviderModel model,
            CallHeaders headers,
            StreamObserver<CreateEmbeddingsResponse> observer) {
        BlockingStreamWriter.<CreateEmbeddingsResponse>serve(observer, BlockingStreamWriter.STALL_LIMIT, writer -> {
            try {
                CallScope scope = scope(headers);
                writer.onGone(scope::leave);
                switch (embeddings.run(CallShapes.call(request), model, scope)) {
                    case Failed<EmbeddingAnswer>(Failure failure) ->
                        throw Faults.of(failure).toException();
                    case Answered<EmbeddingAnswer>(EmbeddingAnswer answer) ->
                        writer.write(CallShapes.response(answer, model));
                }
            } finally {
                limits.leave();
            }
        });
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
        int asked = request.getPageSize();
        if (asked < 0 || asked > PAGE_SIZE_MAX) {
            refuse(
                    observer,
                    Failure.of(Reason.FIELD_INVALID, "page_size: " + asked + " (expected: 0 to " + PAGE_SIZE_MAX + ")")
                            .with("field", "page_size"));
            return;
        }
        String token = request.getPageToken();
        if (!token.isEmpty() && !token.startsWith(TOKEN_PREFIX)) {
            refuse(
                    observer,
                    Failure.of(Reason.FIELD_INVALID, "page_token: not one of ours")
                            .with("field", "page_token"));
            return;
        }
        String after = token.isEmpty() ? "" : token.substring(TOKEN_PREFIX.length());
        int size = asked == 0 ? PAGE_SIZE_WHEN_UNSAID : asked;
        List<ProviderModel> rest = catalog.models().stream()
                .filter(model -> model.id().compareTo(after) > 0)
                .toList();
        ListModelsResponse.Builder response = ListModelsResponse.newBuilder();
        rest.stream()
                .limit(size)
                .map(model -> CallShapes.model(model, breakers.resting(model)))
                .forEach(response::addModels);
        if (rest.size() > size) {
            response.setNextPageToken(TOKEN_PREFIX + rest.get(size - 1).id());
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> observer) {
        GetCapacityResponse.Builder response = GetCapacityResponse.newBuilder()
                .setSlotsTotal(limits.callsMax())
                .setSlotsBusy(limits.callsNow())
                .setAcceptingOverflow(limits.callsNow() < limits.callsMax());
        quotas.requestsLeft().ifPresent(response::setQuotaRequestsLeft);
        observer.onNext(response.build());
        observer.onCompleted();
    }
}
