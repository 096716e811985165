package dev.millrace.billing;

/**
 * What was held of the budget for one attempt of a turn.
 *
 * @param amountNanoUsd the attempt's worst case
 * @param outcome what ended it: {@code settled}, {@code released} or {@code expired}; {@code open} while it holds
 */
public record TurnHold(String attemptId, String model, long amountNanoUsd, long outputTokenLimit, String outcome) {}
