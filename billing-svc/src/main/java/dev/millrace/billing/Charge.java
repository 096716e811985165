package dev.millrace.billing;

import java.time.Instant;

/**
 * What a turn is charged.
 *
 * @param savedNanoUsd what the reference model would have cost more, >= 0
 * @param referenceModel empty where it has no price
 * @param priceVersion the row charged; empty: price 0
 * @param upstreamNanoUsd the sum of the turn's cost rows when this was read
 */
public record Charge(
        String turnId,
        long chargedNanoUsd,
        long savedNanoUsd,
        String referenceModel,
        String priceVersion,
        long upstreamNanoUsd,
        Instant createTime) {}
