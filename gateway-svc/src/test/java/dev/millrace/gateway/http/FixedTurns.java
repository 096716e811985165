package dev.millrace.gateway.http;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Generations;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnResult;
import dev.millrace.schema.completion.v1.TokenUsage;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A ledger that knows one turn. */
@Singleton
@Primary
@Requires(property = "gateway.door-test")
final class FixedTurns implements Generations {
    static final String TURN = "0197c2e4-8a3b-7c1d-9e2f-4a5b6c7d8e9f";
    private static final TokenUsage USAGE =
            TokenUsage.newBuilder().setInputTokens(14).setOutputTokens(31).build();

    @Override
    public Generation find(Caller caller, String id) {
        if (!id.equals(TURN)) {
            throw new TurnFault(Reason.TURN_UNKNOWN, "no turn \"" + id + "\" is known", Map.of("turn", id));
        }
        return new Generation(
                TURN,
                "",
                Instant.ofEpochSecond(1_700_000_000),
                "settled",
                "completed",
                "cloud",
                "holysheep",
                "deepseek-v3.2",
                "complex",
                USAGE,
                new TurnResult.Cost(17_000, 17_000, 3_000, "gpt-4.1", "p1"),
                Optional.of(Duration.ofMillis(180)),
                Optional.of(Duration.ofMillis(900)),
                List.of(new Call("holysheep", "deepseek-v3.2", USAGE, 17_000, "completed")));
    }
}
