package dev.millrace.gateway;

import dev.millrace.schema.completion.v1.TokenUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What single turns were and cost, as the ledger knows them; a boundary to billing. */
public interface Generations {

    /**
     * One turn of the caller's tenant.
     *
     * @param id the turn's id, or the caller's own request id
     * @throws TurnFault TURN_UNKNOWN, or PEER_UNAVAILABLE
     */
    Generation find(Caller caller, String id);

    /**
     * A turn.
     *
     * @param settled when its charge was written
     * @param state "settled", "open" or "recovered"
     * @param end how it ended, for instance "completed" or "client_cancelled"
     * @param usage what was relayed
     * @param cost what it was charged, and what it cost the operator as far as is known
     * @param calls the provider calls that it took, in order
     */
    record Generation(
            String turnId,
            String requestId,
            Instant settled,
            String state,
            String end,
            String route,
            String engine,
            String model,
            String tier,
            TokenUsage usage,
            TurnResult.Cost cost,
            Optional<Duration> firstToken,
            Optional<Duration> total,
            List<Call> calls) {

        public Generation {
            calls = List.copyOf(calls);
        }
    }

    /** One call of an engine or provider, and how it ended. */
    record Call(String engine, String model, TokenUsage usage, long costNanoUsd, String outcome) {}
}
