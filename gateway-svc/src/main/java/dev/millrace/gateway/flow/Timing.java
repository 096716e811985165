package dev.millrace.gateway.flow;

import dev.millrace.gateway.TurnResult.Timings;
import dev.millrace.schema.completion.v1.TokenUsage;
import java.time.Duration;

/** Sums up when what happened in a turn. */
final class Timing {

    private static final double NANOS = 1e9;

    private Timing() {}

    static Timings of(Turn turn) {
        Duration total = turn.elapsed();
        return new Timings(turn.classifyTook(), turn.queued(), turn.firstToken(), total, tokensPerSecond(turn, total));
    }

    /** Output tokens a second after the first; 0: unknown. */
    private static double tokensPerSecond(Turn turn, Duration total) {
        long tokens = turn.usage().map(TokenUsage::getOutputTokens).orElse(0L) - 1;
        long nanos =
                turn.firstToken().map(first -> total.minus(first).toNanos()).orElse(0L);
        return tokens > 0 && nanos > 0 ? tokens * NANOS / nanos : 0;
    }
}
