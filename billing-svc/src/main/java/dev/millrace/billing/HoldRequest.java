package dev.millrace.billing;

import java.time.Duration;

/**
 * Asks for money to be set aside for one attempt.
 *
 * @param attemptId {@code <turnId>/<n>}
 * @param keyId the key that called; empty: none
 * @param inputTokens of the prompt at worst
 * @param wantedOutputTokens of the answer at most, >= 1
 * @param ttl after this the hold frees itself
 * @param freeWithoutPrice whether a model without a price row costs nothing
 * @param beginsCall whether the hold also writes down that the attempt's first call of a provider begins
 */
public record HoldRequest(
        String turnId,
        String tenant,
        String attemptId,
        String keyId,
        String model,
        long inputTokens,
        long wantedOutputTokens,
        Duration ttl,
        boolean freeWithoutPrice,
        boolean beginsCall) {}
