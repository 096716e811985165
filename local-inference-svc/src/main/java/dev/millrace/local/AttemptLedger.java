package dev.millrace.local;

import dev.millrace.schema.completion.v1.TokenUsage;

/** Where each call of an engine is written down, begin and end; writing never makes a call wait. */
public interface AttemptLedger {
    /** A call begins. */
    void started(Attempt attempt);

    /**
     * It ended.
     *
     * @param outcome {@code completed}, {@code cancelled}, or the reason's name
     */
    void ended(Attempt attempt, TokenUsage usage, String outcome);

    /**
     * Whose call it is.
     *
     * @param attemptId {@code <turn_id>/<n>}; with the try, the key of the rows
     * @param tryNumber the engine's number within the attempt, from 1: another one is tried where the first refuses
     */
    record Attempt(String turnId, String tenant, String attemptId, int tryNumber, String engine, String model) {}
}
