package dev.millrace.cli;

import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc.ClassifierServiceImplBase;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.classifier.v1.ClassifyPromptResponse;
import dev.millrace.schema.classifier.v1.Signal;
import dev.millrace.schema.classifier.v1.TaskType;
import dev.millrace.schema.classifier.v1.Verdict;
import io.grpc.stub.StreamObserver;

/** Judges every prompt to be a greeting. */
final class FakeClassifier extends ClassifierServiceImplBase {
    @Override
    public void classifyPrompt(ClassifyPromptRequest request, StreamObserver<ClassifyPromptResponse> caller) {
        caller.onNext(ClassifyPromptResponse.newBuilder()
                .setVerdict(Verdict.newBuilder()
                        .setScore(0.12)
                        .setConfidence(0.8)
                        .setIntent("greeting")
                        .setTask(TaskType.TASK_TYPE_CHAT)
                        .setLanguage("en")
                        .setEstimatedInputTokens(9)
                        .addSignals(Signal.newBuilder()
                                .setId("words")
                                .setDescription("length: 1 word")
                                .setWeight(-0.23)))
                .build());
        caller.onCompleted();
    }
}
