package dev.millrace.testing;

import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.rpc.Deadlines;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.inference.v1.Embedding;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.GetCapacityResponse;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import dev.millrace.schema.inference.v1.SeedSupport;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The smallest inference service that keeps the contract: it plays the behaviours itself. */
final class ScriptedInference extends InferenceServiceGrpc.InferenceServiceImplBase {
    final AtomicInteger calls = new AtomicInteger();
    private final List<String> models = Arrays.stream(BackendBehaviour.values())
            .map(BackendBehaviour::fakeCloudModel)
            .sorted()
            .toList();

    @Override
    public void streamCompletion(StreamCompletionRequest request, StreamObserver<StreamCompletionResponse> observer) {
        BlockingStreamWriter.serve(observer, BlockingStreamWriter.STALL_LIMIT, writer -> {
            check(request);
            calls.incrementAndGet();
            CountDownLatch gone = new CountDownLatch(1);
            writer.onGone(gone::countDown);
            try {
                play(request, writer, gone);
            } finally {
                calls.decrementAndGet();
            }
        });
    }

    private void check(StreamCompletionRequest request) {
        boolean empty = request.getMessagesList().stream()
                .flatMap(message -> message.getPartsList().stream())
                .allMatch(part -> part.getText().isEmpty());
        if (empty) {
            throw fault(Code.INVALID_ARGUMENT, "PROMPT_EMPTY");
        }
        if (request.getSerializedSize() > 8 << 20) {
            throw fault(Code.INVALID_ARGUMENT, "REQUEST_TOO_LARGE");
        }
        if (!request.getClearance().getMayLeave()) {
            throw fault(Code.PERMISSION_DENIED, "CLEARANCE_REQUIRED");
        }
        if (!models.contains(request.getModel())) {
            throw fault(Code.RESOURCE_EXHAUSTED, "MODEL_NOT_HERE");
        }
    }

    private void play(
            StreamCompletionRequest request, BlockingStreamWriter<StreamCompletionResponse> writer, CountDownLatch gone)
            throws InterruptedException {
        CloudScript script = CloudScript.of(request.getModel());
        switch (script.kind()) {
            case WORDS -> answer(request, script.number(), writer);
            case SLOW_START -> {
                for (int i = 0; i < script.number() / 1_000 && !gone.await(1, TimeUnit.SECONDS); i++) {
                    writer.write(StreamCompletionResponse.newBuilder()
                            .setProgress(Progress.newBuilder().setThinking(Progress.Thinking.getDefaultInstance()))
                            .build());
                }
                answer(request, 8, writer);
            }
            case SLOW_WORDS -> {
                start(request, writer);
                for (int i = 0; !gone.await(script.number(), TimeUnit.MILLISECONDS); i++) {
                    writer.write(delta(i));
                }
            }
            case SILENT -> gone.await(Deadlines.LONGEST.toSeconds(), TimeUnit.SECONDS);
            case DIES_AFTER, NO_FINISH -> {
                start(request, writer);
                for (int i = 0; i < script.number(); i++) {
                    writer.write(delta(i));
                }
                throw fault(Code.ABORTED, "STREAM_INTERRUPTED");
            }
            case CONTEXT_TOO_LONG -> throw fault(Code.INVALID_ARGUMENT, "CONTEXT_TOO_LONG");
            case CONTENT_FILTER -> throw fault(Code.INVALID_ARGUMENT, "CONTENT_FILTERED");
            case REJECTED -> throw fault(Code.INVALID_ARGUMENT, "REQUEST_REJECTED");
            default -> throw fault(Code.ABORTED, "PROVIDER_UNAVAILABLE");
        }
    }

    private static void answer(
            StreamCompletionRequest request, int words, BlockingStreamWriter<StreamCompletionResponse> writer)
            throws InterruptedException {
        start(request, writer);
        int most = request.hasOutputTokenLimit() ? (int) request.getOutputTokenLimit() : words;
        int told = 0;
        boolean stopped = false;
        while (told < Math.min(words, most) && !stopped) {
            String text = FakeCloud.text(told + 1);
            stopped = request.getSampling().getStopList().stream().anyMatch(text::contains);
            if (!stopped) {
                writer.write(delta(told++));
            }
        }
        boolean cut = !stopped && most < words;
        writer.write(StreamCompletionResponse.newBuilder()
                .setCompleted(Completed.newBuilder()
                        .setUsage(TokenUsage.newBuilder()
                                .setInputTokens(5)
                                .setOutputTokens(told)
                                .setProvenance(UsageProvenance.USAGE_PROVENANCE_REPORTED))
                        .addChoiceEnds(ChoiceEnd.newBuilder()
                                .setFinishReason(
                                        cut ? FinishReason.FINISH_REASON_LENGTH : FinishReason.FINISH_REASON_STOP)))
                .build());
    }

    private static void start(StreamCompletionRequest request, BlockingStreamWriter<StreamCompletionResponse> writer)
            throws InterruptedException {
        writer.write(StreamCompletionResponse.newBuilder()
                .setStarted(Started.newBuilder().setModel(request.getModel()).setEngine("scripted"))
                .build());
    }

    private static StreamCompletionResponse delta(int index) {
        return StreamCompletionResponse.newBuilder()
                .setDelta(Delta.newBuilder().setText(FakeCloud.word(index)))
                .build();
    }

    @Override
    public void createEmbeddings(CreateEmbeddingsRequest request, StreamObserver<CreateEmbeddingsResponse> observer) {
        if (request.getInputsList().stream().anyMatch(String::isEmpty) || request.getInputsCount() == 0) {
            throw fault(Code.INVALID_ARGUMENT, "FIELD_INVALID");
        }
        int dimensions = request.hasDimensions() ? request.getDimensions() : 8;
        CreateEmbeddingsResponse.Builder answer = CreateEmbeddingsResponse.newBuilder()
                .setSpace("scripted/" + dimensions)
                .setUsage(TokenUsage.newBuilder().setInputTokens(request.getInputsCount()));
        request.getInputsList().forEach(text -> answer.addEmbeddings(embed(text, dimensions)));
        observer.onNext(answer.build());
        observer.onCompleted();
    }

    private static Embedding embed(String text, int dimensions) {
        double[] vector = new Random(text.hashCode()).doubles(dimensions, -1, 1).toArray();
        double length = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
        Embedding.Builder embedding = Embedding.newBuilder();
        Arrays.stream(vector).forEach(component -> embedding.addValues((float) (component / length)));
        return embedding.build();
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
        int from = request.getPageToken().isEmpty() ? 0 : models.indexOf(request.getPageToken());
        if (from < 0 || request.getPageSize() < 0) {
            throw fault(Code.INVALID_ARGUMENT, "FIELD_INVALID");
        }
        int to = Math.min(models.size(), from + (request.getPageSize() == 0 ? 100 : request.getPageSize()));
        ListModelsResponse.Builder page = ListModelsResponse.newBuilder();
        models.subList(from, to)
                .forEach(id -> page.addModels(Model.newBuilder()
                        .setId(id)
                        .setCapabilities(ModelCapabilities.newBuilder().setSeed(SeedSupport.SEED_SUPPORT_EXACT))));
        if (to < models.size()) {
            page.setNextPageToken(models.get(to));
        }
        observer.onNext(page.build());
        observer.onCompleted();
    }

    @Override
    public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> observer) {
        observer.onNext(
                GetCapacityResponse.newBuilder().setSlotsBusy(calls.get()).build());
        observer.onCompleted();
    }

    private static RuntimeException fault(Code code, String reason) {
        return Fault.of(code, "scripted", reason, "as the script says").toException();
    }
}
