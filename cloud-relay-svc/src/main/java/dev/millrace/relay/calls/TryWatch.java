package dev.millrace.relay.calls;

import dev.millrace.relay.Provider.Patience;
import dev.millrace.rpc.Alarms;
import java.time.Duration;

/**
 * Watches one try by {@link Alarms}: tells every second that the provider is thinking, and cuts the exchange when it stays
 * silent for too long. Time in which the reader of the answer makes us wait is not the provider's silence.
 *
 * <pre>
 * FIRST_TOKEN --first piece--> BETWEEN_TOKENS --all choices finished--> TAIL
 *      |  firstToken              |  betweenTokens                        |  tail
 *      +--------------------------+----- exchange cut, cause kept --------+
 * </pre>
 */
final class TryWatch implements AutoCloseable {
    private static final long BEAT_NANOS = 1_000_000_000L;
    private static final long TICK_NANOS_MAX = 250_000_000L;
    private static final long TICK_NANOS_MIN = 5_000_000L;
    private static final long NOT_READING = Long.MAX_VALUE;

    private final Patience patience;
    private final Runnable cut;
    private final Runnable beat;
    private final Runnable begun;
    private final Duration tick;
    private volatile Alarms.Alarm next;
    private volatile boolean closed;
    private volatile Phase phase = Phase.FIRST_TOKEN;
    private volatile long waitingSince = System.nanoTime();
    private volatile boolean expired;
    private long lastBeat = System.nanoTime();

    enum Phase {
        FIRST_TOKEN,
        BETWEEN_TOKENS,
        TAIL
    }

    /**
     * @param cut ends the exchange; must not block
     * @param beat says that the provider thinks; must not block
     * @param begun says that the first piece is here; called once, by the thread that reads
     */
    TryWatch(Patience patience, Runnable cut, Runnable beat, Runnable begun) {
        this.patience = patience;
        this.cut = cut;
        this.beat = beat;
        this.begun = begun;
        long shortest = Math.min(
                patience.firstToken().toNanos(),
                Math.min(patience.betweenTokens().toNanos(), patience.tail().toNanos()));
        tick = Duration.ofNanos(Math.clamp(shortest / 8, TICK_NANOS_MIN, TICK_NANOS_MAX));
        next = Alarms.set(tick, this::look);
    }

    /** The provider's next words are waited for. */
    void reading() {
        if (phase == Phase.BETWEEN_TOKENS) {
            waitingSince = System.nanoTime();
        }
    }

    /** Something was read and is being handed over. */
    void handing() {
        if (phase == Phase.BETWEEN_TOKENS) {
            waitingSince = NOT_READING;
        }
    }

    /** The first piece of the answer is here. */
    void begun() {
        if (phase == Phase.FIRST_TOKEN) {
            phase = Phase.BETWEEN_TOKENS;
            waitingSince = NOT_READING;
            begun.run();
        }
    }

    /** Every answer is finished; only usage and the end mark are outstanding. */
    void finished() {
        if (phase != Phase.TAIL) {
            phase = Phase.TAIL;
            waitingSince = System.nanoTime();
        }
    }

    /** Whether the exchange was cut from here. */
    boolean isExpired() {
        return expired;
    }

    /** Whether the first piece is still waited for. */
    boolean isBeforeFirstToken() {
        return phase == Phase.FIRST_TOKEN;
    }

    /** Why it was cut, for a message. */
    String silence() {
        return "silent for " + patienceNow().toMillis() + " ms"
                + (isBeforeFirstToken() ? " before the first token" : " in the middle of the answer");
    }

    private Duration patienceNow() {
        return switch (phase) {
            case FIRST_TOKEN -> patience.firstToken();
            case BETWEEN_TOKENS -> patience.betweenTokens();
            case TAIL -> patience.tail();
        };
    }

    private void look() {
        if (closed) {
            return;
        }
        long now = System.nanoTime();
        long since = waitingSince;
        if (since != NOT_READING && now - since >= patienceNow().toNanos()) {
            expired = true;
            cut.run();
            return;
        }
        if (phase == Phase.FIRST_TOKEN && now - lastBeat > BEAT_NANOS - tick.toNanos() / 2) {
            lastBeat = now;
            beat.run();
        }
        next = Alarms.set(untilNextLook(now - since), this::look);
    }

    /** A caller's limit for the first piece is kept more exactly than a tick: it leaves by itself soon after. */
    private Duration untilNextLook(long waitedNanos) {
        long leftNanos = phase == Phase.FIRST_TOKEN ? patience.firstToken().toNanos() - waitedNanos : Long.MAX_VALUE;
        return leftNanos < tick.toNanos() ? Duration.ofNanos(leftNanos) : tick;
    }

    @Override
    public void close() {
        closed = true;
        // One that is set just now rings once, and looks no further.
        next.cancel();
    }
}
