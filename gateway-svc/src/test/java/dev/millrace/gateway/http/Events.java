package dev.millrace.gateway.http;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnResult;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.ToolCallFragment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Events of a small turn that a local model answers. */
final class Events {
    static final Candidate LOCAL = new Candidate(
            Target.LOCAL,
            "embedded",
            "millrace-starter",
            List.of(RouteReason.of(RouteReason.Kind.TIER_MATCH, "tier trivial")),
            false,
            OptionalLong.of(0),
            Optional.empty(),
            0.9);

    static final Candidate CLOUD = new Candidate(
            Target.CLOUD,
            "holysheep",
            "deepseek-v3.2",
            List.of(RouteReason.of(RouteReason.Kind.FALLBACK, "fallback of millrace-starter")),
            false,
            OptionalLong.of(1000),
            Optional.empty(),
            0.9);

    private Events() {}

    /** The first candidate failed unseen, and the second runs. */
    static TurnEvent decidedAfterAFailover() {
        return new TurnEvent.RouteDecided(new Decision(
                "turn",
                "request",
                "decision",
                Optional.of(Tier.TRIVIAL),
                Optional.empty(),
                List.of(LOCAL, CLOUD),
                Optional.of(CLOUD),
                "p1"));
    }

    static TurnEvent decided() {
        return decided(LOCAL);
    }

    static TurnEvent decided(Candidate chosen) {
        return new TurnEvent.RouteDecided(new Decision(
                "turn",
                "request",
                "decision",
                Optional.of(Tier.TRIVIAL),
                Optional.empty(),
                List.of(chosen),
                Optional.of(chosen),
                "p1"));
    }

    static TurnEvent begun(String... dropped) {
        return new TurnEvent.Begun(Started.newBuilder()
                .setModel("millrace-starter")
                .setEngine("embedded")
                .setAttempt(1)
                .addAllDroppedParameters(List.of(dropped))
                .build());
    }

    static TurnEvent text(String text) {
        return new TurnEvent.Piece(Delta.newBuilder().setText(text).build());
    }

    static TurnEvent toolCall(int index, String id, String name, String arguments) {
        return new TurnEvent.Piece(Delta.newBuilder()
                .setToolCall(ToolCallFragment.newBuilder()
                        .setIndex(index)
                        .setId(id)
                        .setName(name)
                        .setArguments(arguments))
                .build());
    }

    static TurnEvent finished() {
        return finished(FinishReason.FINISH_REASON_STOP);
    }

    static TurnEvent finished(FinishReason reason) {
        return finished(
                ChoiceEnd.newBuilder().setFinishReason(reason).build(),
                TokenUsage.newBuilder().setInputTokens(7).setOutputTokens(2).build());
    }

    static TurnEvent finished(ChoiceEnd end, TokenUsage usage) {
        return new TurnEvent.Finished(new TurnResult(
                List.of(end),
                usage,
                Optional.of(new TurnResult.Cost(0, 0, 276_000, "gpt-4.1", "prices-1")),
                LOCAL,
                new TurnResult.Timings(
                        Duration.ofMillis(2),
                        Duration.ZERO,
                        Optional.of(Duration.ofMillis(21)),
                        Duration.ofMillis(40),
                        100),
                List.of(new TurnResult.Attempt(
                        LOCAL, "completed", "", false, Optional.empty(), Duration.ofMillis(38)))));
    }

    /** A whole turn that says these pieces. */
    static List<TurnEvent> answer(String... pieces) {
        List<TurnEvent> events = new ArrayList<>(List.of(decided(), begun()));
        for (String piece : pieces) {
            events.add(text(piece));
        }
        events.add(finished());
        return events;
    }
}
