package dev.millrace.gateway.app;

import dev.millrace.gateway.Target;
import dev.millrace.gateway.flow.CompletionFlow;
import dev.millrace.gateway.flow.Settlements;
import dev.millrace.gateway.flow.TurnLimit;
import dev.millrace.gateway.telemetry.AttemptMeter;
import dev.millrace.gateway.telemetry.TurnMeter;
import dev.millrace.gateway.telemetry.WatchedBackend;
import dev.millrace.gateway.telemetry.WatchedJudge;
import dev.millrace.gateway.telemetry.WatchedLedger;
import io.opentelemetry.api.metrics.Meter;

/** Puts watchers around the parts of the gateway. Used only where telemetry is on, so that it costs nothing where it is off. */
final class Watched {
    private Watched() {}

    static CompletionFlow.Peers peers(CompletionFlow.Peers peers, Meter meter) {
        AttemptMeter attempts = new AttemptMeter(meter);
        return new CompletionFlow.Peers(
                new WatchedJudge(peers.judge()),
                new WatchedLedger(peers.ledger(), meter),
                new WatchedBackend(peers.local(), Target.LOCAL, attempts),
                new WatchedBackend(peers.cloud(), Target.CLOUD, attempts));
    }

    static TurnMeter turns(TurnLimit limit, Settlements settlements, Meter meter) {
        return new TurnMeter(meter)
                .gauge("millrace.turns.running", "{turn}", limit::running)
                .gauge("millrace.settlements.waiting", "{settlement}", settlements::waiting)
                .gauge("millrace.settlements.dropped", "{settlement}", settlements::dropped);
    }
}
