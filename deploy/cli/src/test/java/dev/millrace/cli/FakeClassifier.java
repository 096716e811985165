package dev.millrace.cli;

import dev.millrace.rpc.Fault;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc.ClassifierServiceImplBase;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.classifier.v1.ClassifyPromptResponse;
import dev.millrace.schema.classifier.v1.Signal;
import dev.millrace.schema.classifier.v1.TaskType;
import dev.millrace.schema.classifier.v1.Verdict;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** Judges every prompt to be a greeting, but for one that it refuses; embeds it for whoever acts on the score. */
final class FakeClassifier extends ClassifierServiceImplBase {
    static final String TOO_LONG = "refuse me";
    static final String WEIGHTS = "weights-1";

    @Override
    public void classifyPrompt(ClassifyPromptRequest request, StreamObserver<ClassifyPromptResponse> caller) {
        if (request.getText().equals(TOO_LONG)) {
            caller.onError(Fault.of(Status.Code.INVALID_ARGUMENT, "classifier", "FIELD_INVALID", "text: too long")
                    .toException());
            return;
        }
        caller.onNext(ClassifyPromptResponse.newBuilder()
                .setVerdict(Verdict.newBuilder()
                        .setScore(0.12)
                        .setConfidence(0.8)
                        .setIntent("greeting")
                        .setTask(TaskType.TASK_TYPE_CHAT)
                        .setLanguage("en")
                        .setEstimatedInputTokens(9)
                        .setModelVersion(isActedOn(request) ? WEIGHTS + "+embedding-1" : WEIGHTS)
                        .addSignals(Signal.newBuilder()
                                .setId("words")
                                .setDescription("length: 1 word")
                                .setWeight(-0.23)))
                .build());
        caller.onCompleted();
    }

    private static boolean isActedOn(ClassifyPromptRequest request) {
        return !request.hasActsOn() || request.getActsOn().getCutoffsCount() > 0;
    }
}
