package dev.millrace.gateway.flow;

import dev.millrace.gateway.Completions;
import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnSink;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Bounds the turns that run at once, completions and embeddings together, through whichever door they came. One more is
 * refused before anything is spent on it, so that a flood of calls costs little and those that run are not slowed down. While
 * the gateway goes away those that run end, and new ones are told to come back.
 */
public final class TurnLimit {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final int turnsMax;
    private final Semaphore free;
    private volatile boolean draining;

    public TurnLimit(int turnsMax) {
        this.turnsMax = turnsMax;
        free = new Semaphore(turnsMax);
    }

    /** The same completions within the limit. */
    public Completions within(Completions turns) {
        return new Completions() {
            @Override
            public void run(TurnRequest request, TurnSink sink) {
                enter();
                try {
                    turns.run(request, sink);
                } finally {
                    free.release();
                }
            }

            @Override
            public Explanation explain(TurnRequest request) {
                return turns.explain(request);
            }
        };
    }

    /** The same embeddings within the limit. */
    public Embeddings within(Embeddings turns) {
        return request -> {
            enter();
            try {
                return turns.embed(request);
            } finally {
                free.release();
            }
        };
    }

    /** From now on no turn begins. */
    public void drain() {
        draining = true;
    }

    /** Turns that have begun and not ended. */
    public int running() {
        return turnsMax - free.availablePermits();
    }

    private void enter() {
        if (draining) {
            throw fault(
                    Reason.DRAINING,
                    "the gateway is going away and begins no more turns. Try again in a second: another one may be up");
        }
        if (!free.tryAcquire()) {
            throw fault(
                    Reason.CAPACITY_EXHAUSTED,
                    "the gateway runs " + turnsMax
                            + " turns already. Try again in a second, or raise gateway.limits.turns-max");
        }
    }

    private TurnFault fault(Reason reason, String message) {
        return new TurnFault(
                reason,
                message,
                Map.of("turns_max", Integer.toString(turnsMax), "retry_after_millis", Long.toString(RETRY.toMillis())),
                Optional.of(RETRY),
                Optional.empty());
    }
}
