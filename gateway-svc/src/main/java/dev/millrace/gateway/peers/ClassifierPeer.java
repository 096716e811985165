package dev.millrace.gateway.peers;

import dev.millrace.gateway.PromptJudge;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.Verdict;
import dev.millrace.gateway.Verdict.Sensitivity;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;

/** Asks the classifier. */
public final class ClassifierPeer implements PromptJudge {

    private final Channel channel;

    /** The channel stays the caller's to close. */
    public ClassifierPeer(Channel channel) {
        this.channel = channel;
    }

    @Override
    public Judgement judge(TurnRequest request, boolean quoteWords, Deadline deadline) {
        ClassifyPromptRequest question = ClassifyPromptRequest.newBuilder()
                .addAllMessages(request.messages())
                .setQuoteWords(quoteWords)
                .build();
        try {
            return new Judged(verdict(ClassifierServiceGrpc.newBlockingStub(channel)
                    .withDeadline(deadline)
                    .classifyPrompt(question)
                    .getVerdict()));
        } catch (StatusRuntimeException failure) {
            Fault fault = Fault.of(failure);
            return fault.is("PROMPT_EMPTY") ? new NoText() : new Away(fault.reason() + ": " + fault.message());
        }
    }

    private static Verdict verdict(dev.millrace.schema.classifier.v1.Verdict wire) {
        return new Verdict(
                wire.getScore(),
                wire.getConfidence(),
                wire.getIntent(),
                wire.getTask().name().replaceFirst("^TASK_TYPE_", ""),
                wire.getLanguage(),
                wire.getEstimatedInputTokens(),
                sensitivity(wire.getSensitivity()),
                wire.getFindingsList().stream()
                        .map(finding -> new Verdict.Finding(
                                finding.getKind(),
                                finding.getRule(),
                                finding.getCount(),
                                sensitivity(finding.getSensitivity())))
                        .toList(),
                wire.getSignalsList().stream()
                        .map(signal -> new Verdict.Signal(
                                signal.getId(), signal.getDescription(), signal.getWeight(), signal.getQuote()))
                        .toList(),
                wire.getModelVersion(),
                wire.getHasUnscannedParts());
    }

    /** What was not judged counts as sensitive: it must not leave. */
    private static Sensitivity sensitivity(dev.millrace.schema.completion.v1.Sensitivity wire) {
        return switch (wire) {
            case SENSITIVITY_PUBLIC -> Sensitivity.PUBLIC;
            case SENSITIVITY_INTERNAL -> Sensitivity.INTERNAL;
            case SENSITIVITY_SENSITIVE, SENSITIVITY_UNSPECIFIED, UNRECOGNIZED -> Sensitivity.SENSITIVE;
        };
    }
}
