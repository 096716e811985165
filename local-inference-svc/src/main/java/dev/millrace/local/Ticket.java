package dev.millrace.local;

import java.time.Duration;
import java.util.Optional;

/** A place in the queue. One thread waits and closes; any thread may cancel. */
public interface Ticket extends AutoCloseable {
    /** Place in the queue, from 1; 0 when it is no longer in it. */
    int position();

    /** When its turn may come, by how long slots were held lately; empty: unknown. */
    Optional<Duration> expectedWait();

    /**
     * Waits for a slot, which the caller must close.
     *
     * @return empty when none came in time, or the ticket was cancelled
     */
    Optional<Slot> await(Duration timeout) throws InterruptedException;

    /** Gives the place up, and wakes whoever waits; a slot that was granted stays granted. */
    void cancel();

    /** Gives the place up, and frees a slot that was granted and that {@link #await} never returned. */
    @Override
    void close();
}
