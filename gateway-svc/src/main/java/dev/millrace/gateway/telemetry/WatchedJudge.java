package dev.millrace.gateway.telemetry;

import dev.millrace.gateway.PromptJudge;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.Verdict;
import dev.millrace.telemetry.Step;
import io.grpc.Deadline;
import java.util.function.Supplier;

/** A judge whose judging is a step of the trace; of the verdict it tells the figures and never the words that weighed. */
public record WatchedJudge(PromptJudge judge) implements PromptJudge {

    @Override
    public Judgement judge(TurnRequest request, boolean quoteWords, Deadline deadline) {
        return watched(() -> judge.judge(request, quoteWords, deadline));
    }

    @Override
    public Judgement scan(TurnRequest request, Deadline deadline) {
        return watched(() -> judge.scan(request, deadline));
    }

    private static Judgement watched(Supplier<Judgement> asking) {
        try (Step step = Step.begin("classify")) {
            Judgement judgement = asking.get();
            switch (judgement) {
                case Judged(Verdict verdict) -> tell(step, verdict);
                case NoText noText -> step.tag(Names.OUTCOME, "no_text");
                case NotAsked notAsked -> step.tag(Names.OUTCOME, "not_asked");
                case Away away -> step.failed("CLASSIFIER_AWAY");
            }
            return judgement;
        }
    }

    private static void tell(Step step, Verdict verdict) {
        step.tag("millrace.score", verdict.score())
                .tag("millrace.confidence", verdict.confidence())
                .tag("millrace.intent", verdict.intent())
                .tag("millrace.language", verdict.language())
                .tag("millrace.sensitivity", verdict.sensitivity().name())
                .tag("millrace.estimated_input_tokens", verdict.estimatedInputTokens())
                .tag("millrace.classifier.version", verdict.modelVersion());
    }
}
