package dev.millrace.billing;

import java.time.Duration;
import java.util.Optional;

/**
 * The sums of one group of turns.
 *
 * @param route empty for mixed
 * @param failedRequests turns that did not complete
 * @param wastedOutputTokens what calls made beyond what the callers got
 */
public record UsageRow(
        String group,
        String route,
        long requests,
        long failedRequests,
        long inputTokens,
        long outputTokens,
        long wastedOutputTokens,
        long chargedNanoUsd,
        long upstreamNanoUsd,
        long savedNanoUsd,
        Optional<Duration> firstTokenP50,
        Optional<Duration> firstTokenP95) {}
