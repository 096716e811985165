package dev.millrace.billing;

import java.time.Instant;

/**
 * A tenant's budget of the day (UTC) and what is used of it.
 *
 * @param resetTime when the next day begins
 */
public record Budget(String tenant, long dailyNanoUsd, long spentNanoUsd, long heldNanoUsd, Instant resetTime) {}
