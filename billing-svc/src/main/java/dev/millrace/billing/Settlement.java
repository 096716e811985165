package dev.millrace.billing;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The end of a turn, as the gateway saw it. Empty texts mean that there is none.
 *
 * @param holdId the hold of the attempt that answered; empty: price 0, or none
 * @param tokens what was relayed to the caller
 * @param route {@code local}, {@code cloud} or {@code none}
 * @param decisionJson the decision record, opaque here
 * @param firstToken time to the first token; empty: none came
 */
public record Settlement(
        String turnId,
        String tenant,
        String holdId,
        TurnEnd end,
        Tokens tokens,
        String model,
        String route,
        String engine,
        String requestId,
        String keyId,
        String attemptId,
        String decisionJson,
        Optional<Duration> firstToken,
        Optional<Duration> total,
        String tier,
        Map<String, String> labels) {

    public Settlement {
        labels = Map.copyOf(labels);
    }
}
