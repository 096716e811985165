package dev.millrace.billing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A turn in the ledger.
 *
 * @param end empty unless it was settled
 * @param createTime when it was settled, else when it was first heard of
 * @param charge what it is charged; all zero unless it was settled
 */
public record Turn(
        String turnId,
        String requestId,
        Instant createTime,
        Optional<TurnEnd> end,
        String route,
        String engine,
        String model,
        String tier,
        Tokens tokens,
        Charge charge,
        Optional<Duration> firstToken,
        Optional<Duration> total,
        TurnState state) {}
