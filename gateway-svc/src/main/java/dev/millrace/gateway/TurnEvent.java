package dev.millrace.gateway;

import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.completion.v1.Started;

/** What happens in a turn, in the order in which a caller sees it. Both doors write the same events in their own form. */
public sealed interface TurnEvent {

    /** Where the prompt goes and why; leaves with the first Progress or Started. */
    record RouteDecided(Decision decision) implements TurnEvent {}

    /** What the next token waits for. */
    record Waiting(Progress progress) implements TurnEvent {}

    /** Generation has begun. */
    record Begun(Started started) implements TurnEvent {}

    /** A piece of the answer. */
    record Piece(Delta delta) implements TurnEvent {}

    /** Another candidate takes over; nothing shown is lost. The cause is a reason's name. */
    record Switched(Candidate from, Candidate to, String cause) implements TurnEvent {}

    /** The end; exactly one, last. A turn that fails has none: its flow throws {@link TurnFault}. */
    record Finished(TurnResult result) implements TurnEvent {}
}
