package dev.millrace.gateway;

import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Runs models: engines of one's own or clouds, behind one contract. */
public interface Backend {

    /** Begins an attempt in the current {@link io.grpc.Context}; a refusal is the first frame. */
    Stream open(Call call);

    /** Embeds texts; a refusal or failure is a value. */
    Embedded embed(EmbedCall call);

    /**
     * One attempt.
     *
     * @param attemptId "turn/n", n from 1
     * @param model the model's id as its backend names it
     * @param clearance the word that the prompt may leave; every local attempt goes without
     * @param mayOverflow whether a busy node should refuse at once, because another candidate can be used
     * @param outputTokenLimit generation stops there; empty: the request's own limit
     * @param estimatedInputTokens tokens of the prompt; empty: unknown
     * @param attemptsLeft how many upstream calls it may still make
     * @param begun whether the ledger has been told that its first call of a provider begins
     * @param firstTokenLimit how long its first token is waited for; empty: until the deadline
     * @param deadline when it must have ended
     */
    record Call(
            String attemptId,
            String turnId,
            TurnRequest request,
            String model,
            Clearance clearance,
            boolean mayOverflow,
            OptionalLong outputTokenLimit,
            OptionalLong estimatedInputTokens,
            int attemptsLeft,
            boolean begun,
            Optional<FirstTokenLimit> firstTokenLimit,
            Deadline deadline) {}

    /**
     * How long a first token is waited for.
     *
     * @param longest whether no first token is waited for longer, so that the silence speaks against the model
     */
    record FirstTokenLimit(Duration span, boolean longest) {}

    /** Whether a prompt may leave the organisation, by which decision, and how sensitive it was judged to be. */
    record Clearance(boolean mayLeave, String decisionId, Verdict.Sensitivity level) {

        public static final Clearance NONE = new Clearance(false, "", Verdict.Sensitivity.SENSITIVE);
    }

    /** The frames of one attempt, read by one thread. */
    interface Stream extends AutoCloseable {

        /** The next frame, or {@link Silence} when none came in time. After Ended or Failed there is none. */
        Frame next(Duration wait) throws InterruptedException;

        /**
         * The same, but pieces that come while this waits may be taken on their way, on the thread that brings them: only one
         * that is not taken is returned. What takes must not block.
         */
        default Frame next(Duration wait, Predicate<Delta> taker) throws InterruptedException {
            return next(wait);
        }

        /** Ends the attempt from this side unless it has ended; the backend is told. */
        @Override
        void close();
    }

    /** What one read gives. */
    sealed interface Frame {}

    /** What the next token waits for. */
    record Waiting(Progress progress) implements Frame {}

    /** Generation has begun. */
    record Begun(Started started) implements Frame {}

    /** A piece of the answer. */
    record Piece(Delta delta) implements Frame {}

    /** The answer is whole; so many provider calls were needed. */
    record Ended(List<ChoiceEnd> choiceEnds, TokenUsage usage, int providerTries) implements Frame {

        public Ended {
            choiceEnds = List.copyOf(choiceEnds);
        }
    }

    /** Nothing came in time. */
    record Silence() implements Frame {}

    /** The attempt was refused or failed. */
    record Failed(Fault fault) implements Frame, Embedded {}

    /** Texts to embed with one model. */
    record EmbedCall(
            String attemptId,
            String turnId,
            Caller caller,
            List<String> inputs,
            String model,
            OptionalInt dimensions,
            Clearance clearance,
            Deadline deadline) {

        public EmbedCall {
            inputs = List.copyOf(inputs);
        }
    }

    /** What came of embedding. */
    sealed interface Embedded {}

    /** Vectors in the order of the inputs, and the identity of their space. */
    record Vectors(List<float[]> vectors, String space, String model, TokenUsage usage) implements Embedded {

        public Vectors {
            vectors = List.copyOf(vectors);
        }
    }
}
