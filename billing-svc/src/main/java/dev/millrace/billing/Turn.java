package dev.millrace.billing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A turn in the ledger.
 *
 * @param end empty unless it was settled
 * @param createTime when it was settled, else when it was first heard of
 * @param wastedOutputTokens what its calls made beyond what the caller got; empty unless it was settled
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
        TurnState state,
        OptionalLong wastedOutputTokens) {}
