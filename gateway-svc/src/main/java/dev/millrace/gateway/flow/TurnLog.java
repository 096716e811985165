package dev.millrace.gateway.flow;

import dev.millrace.gateway.Routing.Planned;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TurnResult.Cost;
import dev.millrace.schema.completion.v1.TokenUsage;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The one line that a turn leaves in the log. Never its text. */
final class TurnLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.millrace.gateway.turn");

    private TurnLog() {}

    static void tell(Turn turn, String outcome, Optional<Cost> cost) {
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue("turn", turn.turnId)
                .addKeyValue("request_id", turn.requestId)
                .addKeyValue("tenant", turn.request.caller().tenant())
                .addKeyValue("outcome", outcome)
                .addKeyValue("tier", turn.tier().map(Tier::label).orElse("none"))
                .addKeyValue("route", route(turn))
                .addKeyValue("attempts", turn.attempts.size())
                .addKeyValue("classify_ms", turn.classifyTook().toMillis())
                .addKeyValue(
                        "first_token_ms",
                        turn.firstToken().map(Duration::toMillis).orElse(-1L))
                .addKeyValue("total_ms", turn.elapsed().toMillis());
        TokenUsage usage = turn.usage().orElse(TokenUsage.getDefaultInstance());
        line.addKeyValue("input_tokens", usage.getInputTokens())
                .addKeyValue("output_tokens", usage.getOutputTokens())
                .addKeyValue("charged_nano_usd", cost.map(Cost::chargedNanoUsd).orElse(-1L))
                .log("turn");
    }

    private static String route(Turn turn) {
        return turn.answering()
                .map(Planned::candidate)
                .map(candidate -> candidate.target().label() + "/" + candidate.model())
                .orElse("none");
    }
}
