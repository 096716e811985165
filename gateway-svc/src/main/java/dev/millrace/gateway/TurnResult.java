package dev.millrace.gateway;

import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.TokenUsage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a turn ended that was answered.
 *
 * @param choiceEnds how each choice ended
 * @param usage what was relayed
 * @param cost what it cost; empty: not known in time, the ledger will tell
 * @param route the candidate that answered
 * @param timings when what happened
 * @param attempts all attempts, the last one answered
 */
public record TurnResult(
        List<ChoiceEnd> choiceEnds,
        TokenUsage usage,
        Optional<Cost> cost,
        Candidate route,
        Timings timings,
        List<Attempt> attempts) {

    public TurnResult {
        choiceEnds = List.copyOf(choiceEnds);
        attempts = List.copyOf(attempts);
    }

    /** What a turn cost, nano-USD; {@code saved} is against {@code referenceModel}. */
    public record Cost(
            long chargedNanoUsd, long upstreamNanoUsd, long savedNanoUsd, String referenceModel, String priceVersion) {}

    /** When what happened; {@code firstToken} is empty where none came; tokens a second after the first, 0: unknown. */
    public record Timings(
            Duration classify, Duration queue, Optional<Duration> firstToken, Duration total, double tokensPerSecond) {}

    /**
     * How one attempt went.
     *
     * @param outcome "completed", or the reason's name why it failed
     * @param detail what happened and what to do in plain words; for the caller
     * @param quoted whether the detail holds words of the backend's own, which may be the prompt's: no record keeps it
     */
    public record Attempt(
            Candidate candidate,
            String outcome,
            String detail,
            boolean quoted,
            Optional<TokenUsage> usage,
            Duration elapsed) {}
}
