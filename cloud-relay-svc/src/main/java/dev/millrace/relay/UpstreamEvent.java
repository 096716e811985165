package dev.millrace.relay;

import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.TokenUsage;
import java.util.List;
import java.util.Optional;

/** What a provider says in the course of a streamed answer. */
public sealed interface UpstreamEvent {
    /**
     * A piece of the answer.
     *
     * @param model as the provider names it; empty: not said
     * @param deltas in order; empty pieces are left out
     * @param usage counts so far, or final ones: the last that is seen holds
     */
    record Chunk(String model, List<Delta> deltas, List<Finish> finishes, Optional<TokenUsage> usage)
            implements UpstreamEvent {}

    /** One answer of the stream has ended, for the reason that the provider names. */
    record Finish(int choice, String word) {}

    /** An error inside the stream. Empty: not said. */
    record Fault(int status, String code, String type, String message) implements UpstreamEvent {}

    /** The provider's mark of a whole answer. */
    record Done() implements UpstreamEvent {}

    /** The body has ended. */
    record EndOfBody() implements UpstreamEvent {}
}
