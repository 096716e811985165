package dev.millrace.relay.upstream;

import org.jspecify.annotations.Nullable;

/** Ends an exchange from any thread and at any time, by ending what it is waiting for just then. */
final class AbortSignal {
    private @Nullable Runnable ending;
    private boolean raised;

    /** What {@link #raise} runs from now on, which must not wait; runs it at once where that has come before. */
    synchronized void ends(Runnable ending) {
        this.ending = ending;
        if (raised) {
            ending.run();
        }
    }

    /** Nothing is waited for any more: from now on {@link #raise} ends nothing. True: nor has it before. */
    synchronized boolean letGo() {
        ending = null;
        return !raised;
    }

    synchronized void raise() {
        raised = true;
        if (ending != null) {
            ending.run();
        }
    }

    synchronized boolean isRaised() {
        return raised;
    }
}
