package dev.millrace.gateway.grpc;

import dev.millrace.gateway.TurnEvent;
import dev.millrace.schema.gateway.v1.AttemptSwitched;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;

/** Writes a turn's events for the wire; tokens pass unmapped. */
final class Events {

    private Events() {}

    static StreamCompletionResponse wire(long sequence, int attempt, TurnEvent event) {
        StreamCompletionResponse.Builder wire =
                StreamCompletionResponse.newBuilder().setSequence(sequence).setAttempt(attempt);
        return switch (event) {
            case TurnEvent.Piece(var delta) -> wire.setDelta(delta).build();
            case TurnEvent.Waiting(var progress) -> wire.setProgress(progress).build();
            case TurnEvent.Begun(var started) -> wire.setStarted(started).build();
            case TurnEvent.RouteDecided(var decision) ->
                wire.setRouteDecided(Decisions.wire(decision)).build();
            case TurnEvent.Switched switched ->
                wire.setAttemptSwitched(switched(switched)).build();
            case TurnEvent.Finished(var result) ->
                wire.setCompleted(Endings.completed(result)).build();
        };
    }

    private static AttemptSwitched switched(TurnEvent.Switched switched) {
        return AttemptSwitched.newBuilder()
                .setFrom(Decisions.candidate(switched.from()))
                .setTo(Decisions.candidate(switched.to()))
                .setCause(switched.cause())
                .setKeep(true)
                .build();
    }
}
