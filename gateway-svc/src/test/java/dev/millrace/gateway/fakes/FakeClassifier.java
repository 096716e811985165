package dev.millrace.gateway.fakes;

import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.classifier.v1.ClassifyPromptResponse;
import dev.millrace.schema.classifier.v1.Finding;
import dev.millrace.schema.classifier.v1.Signal;
import dev.millrace.schema.classifier.v1.TaskType;
import dev.millrace.schema.classifier.v1.Verdict;
import dev.millrace.schema.completion.v1.Sensitivity;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A classifier with one opinion. */
public final class FakeClassifier extends ClassifierServiceGrpc.ClassifierServiceImplBase {

    private final AtomicInteger calls = new AtomicInteger();
    private volatile double score = 0.1;
    private volatile Sensitivity sensitivity = Sensitivity.SENSITIVITY_PUBLIC;
    private volatile boolean away;
    private volatile @Nullable ClassifyPromptRequest asked;
    private volatile @Nullable Deadline deadline;

    /** From now on every prompt is as hard as this. */
    public void score(double harder) {
        score = harder;
    }

    /** From now on every prompt holds a payment card. */
    public void findCards() {
        sensitivity = Sensitivity.SENSITIVITY_SENSITIVE;
    }

    /** From now on it refuses every call. */
    public void leave() {
        away = true;
    }

    /** The last prompt that it was asked about. */
    public @Nullable ClassifyPromptRequest asked() {
        return asked;
    }

    /** When the last call had to end. */
    public @Nullable Deadline deadline() {
        return deadline;
    }

    public int calls() {
        return calls.get();
    }

    @Override
    public void classifyPrompt(ClassifyPromptRequest request, StreamObserver<ClassifyPromptResponse> observer) {
        calls.incrementAndGet();
        asked = request;
        deadline = Context.current().getDeadline();
        if (away) {
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
            return;
        }
        Verdict.Builder verdict = Verdict.newBuilder()
                .setScore(score)
                .setConfidence(0.8)
                .setIntent("opening_hours")
                .setTask(TaskType.TASK_TYPE_QUESTION)
                .setLanguage("en")
                .setEstimatedInputTokens(14)
                .setSensitivity(sensitivity)
                .setModelVersion("fake-1")
                .addSignals(Signal.newBuilder()
                        .setId("word_count")
                        .setDescription("length 5 words")
                        .setWeight(0.1)
                        .setQuote(request.getQuoteWords() ? "prove" : ""));
        if (sensitivity == Sensitivity.SENSITIVITY_SENSITIVE) {
            verdict.addFindings(Finding.newBuilder()
                    .setKind("payment_card")
                    .setRule("luhn_16")
                    .setCount(1)
                    .setSensitivity(sensitivity));
        }
        observer.onNext(ClassifyPromptResponse.newBuilder().setVerdict(verdict).build());
        observer.onCompleted();
    }
}
