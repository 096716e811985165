package dev.millrace.billing;

/** One phase of one provider call. */
public sealed interface AttemptPhase {
    /** Which call, and who is called. */
    Call call();

    /** It begins. */
    record Started(Call call) implements AttemptPhase {}

    /**
     * It ended.
     *
     * @param outcome {@code completed}, {@code cancelled}, or the reason's name
     */
    record Ended(Call call, Tokens tokens, String outcome) implements AttemptPhase {}

    /**
     * A provider call.
     *
     * @param attemptId {@code <turnId>/<n>}
     * @param tryNumber the call within the attempt, from 1
     */
    record Call(String turnId, String tenant, String attemptId, int tryNumber, String provider, String model) {}
}
