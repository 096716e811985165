package dev.millrace.classifier.grpc;

import dev.millrace.classifier.LatestByText;
import dev.millrace.classifier.PromptJudge;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.classifier.v1.ClassifierErrorReason;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc.ClassifierServiceImplBase;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.classifier.v1.ClassifyPromptResponse;
import dev.millrace.schema.classifier.v1.Verdict;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Answers {@code ClassifyPrompt}: checks the size, judges, and answers; it calls nobody. Of a prompt it keeps the digest and the
 * verdict, so that one that comes again costs next to nothing.
 */
public final class ClassifierGrpcService extends ClassifierServiceImplBase {

    /** The largest request that is judged. */
    static final int REQUEST_BYTES_MAX = 8 << 20;

    private static final Duration PATIENCE_MAX = Duration.ofSeconds(10);
    private static final String SERVICE = "classifier";
    private static final String REASON_PREFIX = "CLASSIFIER_ERROR_REASON_";

    /** About two megabytes when full. */
    private static final int VERDICTS_MAX = 2_000;

    private final PromptJudge judge;
    private final LatestByText<Verdict> latest = new LatestByText<>(VERDICTS_MAX);

    public ClassifierGrpcService(PromptJudge judge) {
        this.judge = judge;
    }

    @Override
    public void classifyPrompt(ClassifyPromptRequest request, StreamObserver<ClassifyPromptResponse> answer) {
        checkSize(request);
        answer.onNext(
                ClassifyPromptResponse.newBuilder().setVerdict(verdict(request)).build());
        answer.onCompleted();
    }

    private Verdict verdict(ClassifyPromptRequest request) {
        // The words of a prompt are not kept.
        if (request.getQuoteWords()) {
            return judged(request, _ -> {});
        }
        LatestByText<Verdict>.Entry entry = latest.of(request.toByteArray());
        return entry.value().orElseGet(() -> judged(request, entry::keep));
    }

    private Verdict judged(ClassifyPromptRequest request, Consumer<Verdict> keeper) {
        WirePrompt wire = WirePrompt.of(request);
        checkNotEmpty(wire);
        var verdict = judge.judge(wire.prompt(), wire.cutoffs(), patience());
        Verdict message = VerdictCodec.encode(verdict, wire.hasUnscannedParts(), request.getQuoteWords());
        if (verdict.isSettled()) {
            keeper.accept(message);
        }
        return message;
    }

    /** A quarter of the time the caller has left, so that three quarters remain for all else. */
    private static Duration patience() {
        Deadline deadline = Context.current().getDeadline();
        long left = deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS);
        return Duration.ofNanos(Math.clamp(left / 4, 0, PATIENCE_MAX.toNanos()));
    }

    private static void checkSize(ClassifyPromptRequest request) {
        int size = request.getSerializedSize();
        if (size > REQUEST_BYTES_MAX) {
            throw refusal(
                            ClassifierErrorReason.CLASSIFIER_ERROR_REASON_REQUEST_TOO_LARGE,
                            "the request has " + size + " bytes (expected: <= " + REQUEST_BYTES_MAX
                                    + "); shorten the prompt or split it")
                    .with("size_bytes", size)
                    .with("limit_bytes", REQUEST_BYTES_MAX)
                    .toException();
        }
    }

    private static void checkNotEmpty(WirePrompt wire) {
        if (wire.isEmpty()) {
            throw refusal(
                            ClassifierErrorReason.CLASSIFIER_ERROR_REASON_PROMPT_EMPTY,
                            "there is nothing to judge (expected: text, or a message with a part)")
                    .toException();
        }
    }

    private static Fault refusal(ClassifierErrorReason reason, String message) {
        return Fault.of(
                Status.Code.INVALID_ARGUMENT, SERVICE, reason.name().substring(REASON_PREFIX.length()), message);
    }
}
