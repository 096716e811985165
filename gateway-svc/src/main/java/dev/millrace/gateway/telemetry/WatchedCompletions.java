package dev.millrace.gateway.telemetry;

import dev.millrace.gateway.Completions;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnResult;
import dev.millrace.gateway.TurnSink;
import dev.millrace.rpc.CallContext;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.telemetry.Step;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns that are each a step of the trace and are measured at their end, from the same events that their callers see. */
public final class WatchedCompletions implements Completions {
    private final Completions completions;
    private final TurnMeter meter;

    public WatchedCompletions(Completions completions, TurnMeter meter) {
        this.completions = completions;
        this.meter = meter;
    }

    @Override
    public void run(TurnRequest request, TurnSink sink) {
        try (Step step = Step.begin("turn")) {
            step.tag(Names.TURN, CallContext.turn())
                    .tag("millrace.request_id", CallContext.requestId())
                    .tag("millrace.tenant", request.caller().tenant())
                    .tag("millrace.delivery", request.delivery().name().toLowerCase(Locale.ROOT));
            Seen seen = new Seen(sink);
            try {
                completions.run(request, seen);
                seen.completed(step);
            } catch (TurnFault fault) {
                seen.failed(step, fault);
                throw fault;
            }
        }
    }

    @Override
    public Explanation explain(TurnRequest request) {
        return completions.explain(request);
    }

    /** What passed on the way to the caller. */
    private final class Seen implements TurnSink {
        private final TurnSink sink;
        private final long begin = System.nanoTime();
        private @Nullable Decision decision;
        private @Nullable TurnResult result;

        Seen(TurnSink sink) {
            this.sink = sink;
        }

        @Override
        public void accept(long sequence, int attempt, TurnEvent event) throws CallerGone {
            switch (event) {
                case TurnEvent.RouteDecided decided -> decision = decided.decision();
                case TurnEvent.Finished finished -> result = finished.result();
                case TurnEvent.Waiting waiting -> {}
                case TurnEvent.Begun begun -> {}
                case TurnEvent.Piece piece -> {}
                case TurnEvent.Switched switched -> {}
            }
            sink.accept(sequence, attempt, event);
        }

        @Override
        public boolean offer(long sequence, int attempt, TurnEvent event) {
            return event instanceof TurnEvent.Piece && sink.offer(sequence, attempt, event);
        }

        @Override
        public boolean shows(Delta piece) {
            return sink.shows(piece);
        }

        void completed(Step step) {
            TurnResult told = result;
            if (told == null) {
                return;
            }
            routed(step);
            step.tag(Names.REQUEST_MODEL, told.route().model())
                    .tag(Names.PROVIDER, told.route().engine())
                    .tag(Names.TARGET, told.route().target().label());
            usage(step, Optional.of(told.usage()), told.cost());
            attempts(step, told.attempts(), Names.COMPLETED);
            told.timings().firstToken().ifPresent(took -> {
                step.tag("millrace.first_token_ms", took.toMillis());
                meter.firstToken(told.route(), took);
            });
            meter.ended(Names.CHAT, Optional.of(told.route()), Names.COMPLETED, elapsed());
        }

        void failed(Step step, TurnFault fault) {
            String reason = fault.reason().name();
            routed(step);
            fault.failure().ifPresent(failure -> {
                usage(step, failure.usage(), failure.cost());
                attempts(step, failure.attempts(), reason);
            });
            step.failed(reason);
            meter.ended(
                    Names.CHAT,
                    fault.failure()
                            .filter(failure -> !failure.attempts().isEmpty())
                            .map(failure -> failure.attempts().getLast().candidate()),
                    reason,
                    elapsed());
        }

        private void routed(Step step) {
            Decision known = decision;
            if (known == null) {
                return;
            }
            meter.routed(known);
            step.tag(Names.TIER, known.tier().map(Tier::label).orElse(Names.NONE))
                    .tag(Names.REASON, known.chosen().map(TurnMeter::reason).orElse(Names.NONE))
                    .tag("millrace.policy.version", known.policyVersion())
                    .tag("millrace.decision", known.decisionId());
        }

        private static void usage(Step step, Optional<TokenUsage> usage, Optional<TurnResult.Cost> cost) {
            usage.ifPresent(tokens -> step.tag(Names.INPUT_TOKENS, tokens.getInputTokens())
                    .tag(Names.OUTPUT_TOKENS, tokens.getOutputTokens()));
            cost.ifPresent(known -> step.tag("millrace.charged_nano_usd", known.chargedNanoUsd())
                    .tag("millrace.saved_nano_usd", known.savedNanoUsd()));
        }

        private static void attempts(Step step, List<TurnResult.Attempt> attempts, String outcome) {
            step.tag("millrace.attempts", (long) attempts.size()).tag(Names.OUTCOME, outcome);
        }

        private Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - begin);
        }
    }
}
