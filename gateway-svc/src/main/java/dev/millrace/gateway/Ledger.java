package dev.millrace.gateway;

import dev.millrace.schema.completion.v1.TokenUsage;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The authority on money; a boundary to billing. */
public interface Ledger {

    /** Holds an attempt's worst case. Idempotent by attempt; a peer that is away is {@link Away}. */
    Reservation reserve(Ask ask, Deadline deadline);

    /** How much of the tenant's budget of the day is spent or held, 1: all of it; empty: a peer that is away does not say. */
    OptionalDouble budgetShare(String tenant, Deadline deadline);

    /** Frees a hold whose attempt came to nothing; settling the turn frees it as well, so that a failure is harmless. */
    void release(String tenant, String turnId, String holdId, Deadline deadline);

    /**
     * Ends a turn: charges what was relayed and keeps the decision. Idempotent by turn. Returns at once; the future ends once
     * the charge is safe, on a thread that must not be blocked, with {@link NotSettled} when billing did not take it.
     *
     * @param told of the cost as soon as billing knows it, which is before it is safe; on such a thread as well
     */
    CompletableFuture<TurnResult.Cost> settle(Settlement settlement, Deadline deadline, Consumer<TurnResult.Cost> told);

    /**
     * What to hold.
     *
     * @param beginsCall whether the attempt calls a provider next: where everybody concerned lives in one process, the hold
     *     writes that down
     * @param ttl after this the hold frees itself
     */
    record Ask(
            String tenant,
            String keyId,
            String turnId,
            String attemptId,
            String model,
            TokenNeed need,
            boolean freeWithoutPrice,
            boolean beginsCall,
            Duration ttl) {}

    /** What came of asking for a hold. */
    sealed interface Reservation {}

    /**
     * Held: the answer may have so many tokens; less than wanted where the budget granted no more.
     *
     * @param callBegun whether the hold has written down that the attempt's first call of a provider begins
     * @param amountNanoUsd what is set aside, which is what the answer may cost at most
     */
    record Held(String holdId, long outputTokenLimit, boolean limitedByBudget, boolean callBegun, long amountNanoUsd)
            implements Reservation {}

    /** Not held, and why: BUDGET_EXHAUSTED, PRICE_UNKNOWN, FIELD_INVALID. */
    record Refused(Reason reason, String message, Map<String, String> metadata) implements Reservation {

        public Refused {
            metadata = Map.copyOf(metadata);
        }
    }

    /** Billing did not say, or could not; the message tells what is wrong and what to do. A hold may stand nevertheless. */
    record Away(String message, Map<String, String> metadata) implements Reservation {

        public Away {
            metadata = Map.copyOf(metadata);
        }
    }

    /** How a turn ended; decides who pays. */
    enum End {
        COMPLETED,
        CLIENT_CANCELLED,
        DEADLINE,
        UPSTREAM_FAILED,
        INTERRUPTED,
        READER_STALLED,
        REJECTED
    }

    /**
     * The end of a turn as the ledger keeps it.
     *
     * @param requestId the caller's own mark for the turn, by which it is found too; not unique; empty: none
     * @param holdId the hold of the attempt that answered; empty: none
     * @param usage what was relayed; empty: nothing
     * @param route "local", "cloud" or "none"
     * @param decisionJson the decision record, at most 2 KiB, without text of the prompt
     */
    record Settlement(
            String turnId,
            String tenant,
            String keyId,
            String requestId,
            String attemptId,
            String holdId,
            End end,
            Optional<TokenUsage> usage,
            String model,
            String route,
            String engine,
            String tier,
            String decisionJson,
            Optional<Duration> firstToken,
            Duration total,
            Map<String, String> labels) {

        public Settlement {
            labels = Map.copyOf(labels);
        }
    }

    /** Billing did not take a settlement. */
    final class NotSettled extends Exception {

        private static final long serialVersionUID = 1L;
        private final boolean worthRepeating;

        public NotSettled(String message, boolean worthRepeating) {
            super(message, null, false, false);
            this.worthRepeating = worthRepeating;
        }

        /** False: billing will never take it, whoever repeats it. */
        public boolean worthRepeating() {
            return worthRepeating;
        }
    }
}
