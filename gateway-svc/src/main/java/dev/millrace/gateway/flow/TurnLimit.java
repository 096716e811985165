package dev.millrace.gateway.flow;

import dev.millrace.gateway.Completions;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnSink;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Bounds the turns that run at once, through whichever door they came. One more is refused before anything is spent on it, so
 * that a flood of calls costs little and those that run are not slowed down.
 */
public final class TurnLimit implements Completions {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Completions turns;
    private final int turnsMax;
    private final Semaphore free;

    public TurnLimit(Completions turns, int turnsMax) {
        this.turns = turns;
        this.turnsMax = turnsMax;
        free = new Semaphore(turnsMax);
    }

    @Override
    public void run(TurnRequest request, TurnSink sink) {
        if (!free.tryAcquire()) {
            throw full();
        }
        try {
            turns.run(request, sink);
        } finally {
            free.release();
        }
    }

    private TurnFault full() {
        return new TurnFault(
                Reason.CAPACITY_EXHAUSTED,
                "the gateway runs " + turnsMax
                        + " turns already. Try again in a second, or raise gateway.limits.turns-max",
                Map.of("turns_max", Integer.toString(turnsMax), "retry_after_millis", Long.toString(RETRY.toMillis())),
                Optional.of(RETRY),
                Optional.empty());
    }

    @Override
    public Explanation explain(TurnRequest request) {
        return turns.explain(request);
    }
}
