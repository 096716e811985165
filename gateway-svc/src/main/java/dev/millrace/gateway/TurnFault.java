package dev.millrace.gateway;

import dev.millrace.schema.completion.v1.TokenUsage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The typed end of a turn that was refused or failed; each door tells it in its own form, from the table in {@link Reason}. */
public final class TurnFault extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final Reason reason;
    private final transient Map<String, String> metadata;
    private final transient Optional<Duration> retryAfter;
    private final transient Optional<Failure> failure;

    /** A refusal before anything ran. */
    public TurnFault(Reason reason, String message, Map<String, String> metadata) {
        this(reason, message, metadata, Optional.empty(), Optional.empty());
    }

    /**
     * Any end but success.
     *
     * @param message names the thing, the cause and the next step
     * @param metadata every variable of the message by name
     * @param retryAfter when trying again makes sense; empty: not known, or never
     * @param failure what had happened until then; empty: nothing ran
     */
    public TurnFault(
            Reason reason,
            String message,
            Map<String, String> metadata,
            Optional<Duration> retryAfter,
            Optional<Failure> failure) {
        super(message, null, false, false);
        this.reason = reason;
        this.metadata = Map.copyOf(metadata);
        this.retryAfter = retryAfter;
        this.failure = failure;
    }

    public Reason reason() {
        return reason;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    public Optional<Failure> failure() {
        return failure;
    }

    /** The message; never absent here. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /**
     * What had happened when a turn failed.
     *
     * @param turnId the turn
     * @param attempts all attempts, in order
     * @param usage what was relayed; empty: nothing
     * @param cost what was charged; empty: not known in time
     * @param lastSequence the last event shown, the cursor; 0: nothing was shown
     * @param passedOver candidates that were not tried, each with why, where no backend answered; empty otherwise
     */
    public record Failure(
            String turnId,
            List<TurnResult.Attempt> attempts,
            Optional<TokenUsage> usage,
            Optional<TurnResult.Cost> cost,
            long lastSequence,
            List<Candidate> passedOver) {

        public Failure {
            attempts = List.copyOf(attempts);
            passedOver = List.copyOf(passedOver);
        }
    }
}
