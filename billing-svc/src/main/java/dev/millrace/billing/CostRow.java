package dev.millrace.billing;

import java.time.Instant;
import java.util.Optional;

/**
 * What the ledger knows of a provider call.
 *
 * @param costNanoUsd what it cost the operator, corrections included
 * @param outcome {@code open} while it runs
 * @param startTime empty while only its end is known
 * @param endTime empty while it runs
 */
public record CostRow(
        String attemptId,
        int tryNumber,
        String provider,
        String model,
        Tokens tokens,
        long costNanoUsd,
        String outcome,
        Optional<Instant> startTime,
        Optional<Instant> endTime) {}
