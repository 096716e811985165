package dev.millrace.local;

import java.time.Duration;
import java.util.Optional;

/** The answer to a call that asks for a slot; given at once. */
public sealed interface Admission {
    /** A slot is free and taken: close it. */
    record Granted(Slot slot) implements Admission {}

    /** All are taken; the call has a place in the queue. */
    record Queued(Ticket ticket) implements Admission {}

    /**
     * The call must go elsewhere, or come back later.
     *
     * @param expectedWait when a slot may be free; empty: unknown
     */
    record Refused(Cause cause, Load load, Optional<Duration> expectedWait) implements Admission {}

    /** Why a call is refused. */
    enum Cause {
        /** Slots and queue are full. */
        QUEUE_FULL,
        /** It could run elsewhere, and this node is busy. */
        OVERFLOW,
        /** No slot of this pool can run it at all. */
        NO_ENGINE
    }
}
