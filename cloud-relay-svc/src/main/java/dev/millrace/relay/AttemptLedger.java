package dev.millrace.relay;

import dev.millrace.schema.completion.v1.TokenUsage;

/** Where every call of a provider is written down: it is the operator's cost, whatever becomes of the answer. */
public interface AttemptLedger {
    /** A provider is about to be called. Returns at once; what it returns tells when that is written. */
    Start started(TryKey key);

    /** The call has ended. Returns at once. */
    void ended(TryKey key, TokenUsage usage, String outcome);

    /** The written start of a call. */
    @FunctionalInterface
    interface Start {
        /** Waits until it is written, but not for long; nothing of an answer is handed over before. */
        void await() throws InterruptedException;

        /** Of a call whose start somebody else has written. */
        Start WRITTEN = () -> {};
    }

    /**
     * One call of a provider.
     *
     * @param number from 1
     */
    record TryKey(AttemptKey attempt, int number, String provider, String model) {}
}
