package dev.millrace.gateway.flow;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnEvent.RouteDecided;
import dev.millrace.gateway.TurnSink;
import dev.millrace.gateway.TurnSink.CallerGone;
import dev.millrace.schema.completion.v1.Delta;
import java.util.function.Supplier;

/** Numbers the events of a turn from 1 without gaps; the route leaves with the first of them. Used by one thread at a time. */
final class Teller {

    private final TurnSink sink;
    private long sequence;

    Teller(TurnSink sink) {
        this.sink = sink;
    }

    /** Tells an event, after the route where that was not told yet. */
    void tell(Supplier<Decision> decision, int attempt, TurnEvent event) throws CallerGone {
        if (sequence == 0) {
            pass(attempt, new RouteDecided(decision.get()));
        }
        pass(attempt, event);
    }

    /** Tells a later event if that needs no wait; else nothing was done. */
    boolean offer(int attempt, TurnEvent event) {
        boolean taken = sequence > 0 && sink.offer(sequence + 1, attempt, event);
        sequence += taken ? 1 : 0;
        return taken;
    }

    boolean shows(Delta piece) {
        return sink.shows(piece);
    }

    /** Tells that another candidate takes over, if the caller knows of the first. */
    void switched(int attempt, Candidate from, Candidate to, String cause) throws CallerGone {
        if (sequence > 0) {
            pass(attempt, new TurnEvent.Switched(from, to, cause));
        }
    }

    private void pass(int attempt, TurnEvent event) throws CallerGone {
        sink.accept(sequence + 1, attempt, event);
        sequence++;
    }

    /** The last event that was taken; 0: none. */
    long lastSequence() {
        return sequence;
    }
}
