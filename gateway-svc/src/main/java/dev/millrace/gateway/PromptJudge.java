package dev.millrace.gateway;

import io.grpc.Deadline;

/** Judges prompts; a boundary to the classifier. */
@FunctionalInterface
public interface PromptJudge {

    /** Judges a prompt until the deadline; never throws for a peer that is away. */
    Judgement judge(TurnRequest request, boolean quoteWords, Deadline deadline);

    /** The same for who looks at no score, only at what may leave: then nothing is worked out for the score's sake. */
    default Judgement scan(TurnRequest request, Deadline deadline) {
        return judge(request, false, deadline);
    }

    /** What came of asking. */
    sealed interface Judgement {}

    /** The classifier answered. */
    record Judged(Verdict verdict) implements Judgement {}

    /** There is no text to judge, only parts that cannot be scanned. */
    record NoText() implements Judgement {}

    /** The model was named and the prompt stays local: nobody needed to ask. */
    record NotAsked() implements Judgement {}

    /** The classifier did not answer in time, or at all. */
    record Away(String why) implements Judgement {}
}
