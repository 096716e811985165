package dev.millrace.gateway;

import dev.millrace.schema.completion.v1.Delta;

/**
 * Where a door takes the events of a turn.
 *
 * <p>Called by one thread at a time. {@link #accept} runs on the turn's own virtual thread and blocks until the caller's
 * transport can take more: that is the back-pressure, down to the backend.
 */
@FunctionalInterface
public interface TurnSink {

    /**
     * Takes one event.
     *
     * @param sequence the event's number, from 1 without gaps
     * @param attempt the attempt it belongs to, from 1
     * @throws CallerGone the caller closed its call, or read nothing for too long
     */
    void accept(long sequence, int attempt, TurnEvent event) throws CallerGone;

    /**
     * Takes an event that can be handed over here and now, on whatever thread brings it, and never blocks. False: nothing was
     * done, {@link #accept} takes it.
     */
    default boolean offer(long sequence, int attempt, TurnEvent event) {
        return false;
    }

    /** Whether the caller would see anything of a piece; what it never sees does not commit the turn to an attempt. */
    default boolean shows(Delta piece) {
        return true;
    }

    /** The caller closed its call ({@code stalled} false), or read nothing for too long ({@code stalled} true). */
    final class CallerGone extends Exception {

        private static final long serialVersionUID = 1L;
        private final boolean stalled;

        public CallerGone(boolean stalled) {
            super(stalled ? "the caller stopped reading" : "the caller closed the call", null, false, false);
            this.stalled = stalled;
        }

        public boolean stalled() {
            return stalled;
        }
    }
}
