package dev.millrace.gateway.peers;

import dev.millrace.gateway.Completions.Cutoffs;
import dev.millrace.gateway.PromptJudge;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.Verdict;
import dev.millrace.gateway.Verdict.Sensitivity;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.classifier.v1.Finding;
import dev.millrace.schema.classifier.v1.Signal;
import dev.millrace.schema.classifier.v1.TierCutoffs;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.Tool;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;

/** Asks the classifier. */
public final class ClassifierPeer implements PromptJudge {

    private static final String TASK_PREFIX = "TASK_TYPE_";

    private final Channel channel;
    private final TierCutoffs actsOn;

    /**
     * The channel stays the caller's to close.
     *
     * @param cutoffs what the gateway's policy does with a score: the classifier need not be more exact than that
     */
    public ClassifierPeer(Channel channel, Cutoffs cutoffs) {
        this.channel = channel;
        this.actsOn = TierCutoffs.newBuilder()
                .addAllCutoffs(List.of(cutoffs.moderate(), cutoffs.complex(), cutoffs.premium()))
                .build();
    }

    @Override
    public Judgement judge(TurnRequest request, boolean quoteWords, Deadline deadline) {
        return ask(request, quoteWords, actsOn, deadline);
    }

    @Override
    public Judgement scan(TurnRequest request, Deadline deadline) {
        return ask(request, false, TierCutoffs.getDefaultInstance(), deadline);
    }

    private Judgement ask(TurnRequest request, boolean quoteWords, TierCutoffs cutoffs, Deadline deadline) {
        ClassifyPromptRequest question = ClassifyPromptRequest.newBuilder()
                .addAllMessages(beside(request))
                .addAllMessages(request.messages())
                .setQuoteWords(quoteWords)
                .setActsOn(cutoffs)
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

    /** What travels beside the messages is judged like them, ahead of them so that it is never the question. */
    private static List<Message> beside(TurnRequest request) {
        Message.Builder beside = Message.newBuilder().setRole(Role.ROLE_SYSTEM);
        for (Tool tool : request.tools()) {
            add(beside, tool.getName());
            add(beside, tool.getDescription());
            add(beside, tool.getJsonSchema());
            add(beside, tool.getExtraJson());
        }
        request.toolChoice().ifPresent(choice -> add(beside, choice.getName()));
        request.responseFormat().ifPresent(format -> {
            add(beside, format.getName());
            add(beside, format.getJsonSchema());
        });
        request.sampling().getStopList().forEach(stop -> add(beside, stop));
        add(beside, request.extraParametersJson());
        add(beside, request.endUser());
        return beside.getPartsCount() == 0 ? List.of() : List.of(beside.build());
    }

    private static void add(Message.Builder message, String text) {
        if (!text.isEmpty()) {
            message.addParts(ContentPart.newBuilder().setText(text));
        }
    }

    private static Verdict verdict(dev.millrace.schema.classifier.v1.Verdict wire) {
        return new Verdict(
                wire.getScore(),
                wire.getConfidence(),
                wire.getIntent(),
                task(wire.getTask().name()),
                wire.getLanguage(),
                wire.getEstimatedInputTokens(),
                sensitivity(wire.getSensitivity()),
                findings(wire.getFindingsList()),
                signals(wire.getSignalsList()),
                wire.getModelVersion(),
                wire.getHasUnscannedParts());
    }

    private static List<Verdict.Finding> findings(List<Finding> wire) {
        List<Verdict.Finding> findings = new ArrayList<>(wire.size());
        for (Finding finding : wire) {
            findings.add(new Verdict.Finding(
                    finding.getKind(), finding.getRule(), finding.getCount(), sensitivity(finding.getSensitivity())));
        }
        return findings;
    }

    private static List<Verdict.Signal> signals(List<Signal> wire) {
        List<Verdict.Signal> signals = new ArrayList<>(wire.size());
        for (Signal signal : wire) {
            signals.add(
                    new Verdict.Signal(signal.getId(), signal.getDescription(), signal.getWeight(), signal.getQuote()));
        }
        return signals;
    }

    private static String task(String wireName) {
        return wireName.startsWith(TASK_PREFIX) ? wireName.substring(TASK_PREFIX.length()) : wireName;
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
