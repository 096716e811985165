package dev.millrace.local.app;

import dev.millrace.local.Load;
import dev.millrace.local.Node;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import java.util.function.ToIntFunction;

/** Measures how busy a node is, asked each time measurements are sent. */
final class NodeGauges {
    private static final AttributeKey<String> STATE = AttributeKey.stringKey("millrace.state");
    private static final Attributes BUSY = Attributes.of(STATE, "busy");
    private static final Attributes FREE = Attributes.of(STATE, "free");

    private NodeGauges() {}

    static void watch(Node node, Meter meter) {
        var _ = meter.gaugeBuilder("millrace.slots")
                .ofLongs()
                .setUnit("{slot}")
                .setDescription("slots that generate, by whether they do")
                .buildWithCallback(observed -> {
                    Load load = node.currentLoad();
                    observed.record(load.slotsBusy(), BUSY);
                    observed.record(load.slotsTotal() - load.slotsBusy(), FREE);
                });
        gauge(meter, "millrace.queue.length", "calls that wait for a slot", node, Load::queueLength);
        gauge(meter, "millrace.queue.limit", "calls that may wait", node, Load::queueLimit);
    }

    private static void gauge(Meter meter, String name, String what, Node node, ToIntFunction<Load> state) {
        var _ = meter.gaugeBuilder(name)
                .ofLongs()
                .setUnit("{call}")
                .setDescription(what)
                .buildWithCallback(observed -> observed.record(state.applyAsInt(node.currentLoad())));
    }
}
