package dev.millrace.billing;

import java.time.Instant;

/**
 * Money set aside for one attempt.
 *
 * @param holdId empty where the price is 0 and nothing is held
 * @param priceVersion the row that will be charged; empty for a model without one
 * @param outputTokenLimit the tokens of answer that the amount pays for
 */
public record Hold(
        String holdId,
        long amountNanoUsd,
        String priceVersion,
        Instant expireTime,
        long outputTokenLimit,
        boolean limitedByBudget) {}
