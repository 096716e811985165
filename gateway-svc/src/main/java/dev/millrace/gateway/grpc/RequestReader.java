package dev.millrace.gateway.grpc;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RoutingPreference;
import dev.millrace.gateway.RoutingPreference.Goal;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.gateway.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the wire's requests into turns. */
final class RequestReader {

    private RequestReader() {}

    static TurnRequest turn(StreamCompletionRequest wire, Caller caller, Delivery delivery) {
        switch (wire.getInterruptionMode()) {
            case INTERRUPTION_MODE_UNSPECIFIED, INTERRUPTION_MODE_END -> {}
            case INTERRUPTION_MODE_RESTART, INTERRUPTION_MODE_CONTINUE, UNRECOGNIZED ->
                throw new TurnFault(
                        Reason.NOT_YET_SERVED,
                        "interruption_mode: " + wire.getInterruptionMode()
                                + " is not served yet (expected: INTERRUPTION_MODE_END)",
                        Map.of("field", "interruption_mode"));
        }
        return new TurnRequest(
                caller,
                wire.getRequestId(),
                wire.getMessagesList(),
                wire.getModel().isEmpty() ? "auto" : wire.getModel(),
                preference(wire.getPreference()),
                wire.getSampling(),
                wire.getToolsList(),
                wire.hasToolChoice() ? Optional.of(wire.getToolChoice()) : Optional.empty(),
                wire.hasResponseFormat() ? Optional.of(wire.getResponseFormat()) : Optional.empty(),
                delivery,
                wire.getLabelsMap(),
                wire.getEndUser(),
                wire.getExtraParametersJson(),
                wire.getSerializedSize());
    }

    static Embeddings.Request embeddings(CreateEmbeddingsRequest wire, Caller caller) {
        return new Embeddings.Request(
                caller,
                wire.getRequestId(),
                wire.getInputsList(),
                wire.getModel().isEmpty() ? "auto" : wire.getModel(),
                wire.hasDimensions() ? OptionalInt.of(wire.getDimensions()) : OptionalInt.empty(),
                preference(wire.getPreference()),
                wire.getLabelsMap());
    }

    private static RoutingPreference preference(dev.millrace.schema.gateway.v1.RoutingPreference wire) {
        return new RoutingPreference(
                goal(wire.getGoal()),
                placement(wire.getPlacement()),
                wire.hasMaxCostNanoUsd() ? OptionalLong.of(wire.getMaxCostNanoUsd()) : OptionalLong.empty(),
                wire.hasFirstTokenTarget()
                        ? Optional.of(WireTimes.fromWire(wire.getFirstTokenTarget()))
                        : Optional.empty(),
                wire.getBudgetSensitive());
    }

    private static Goal goal(dev.millrace.schema.gateway.v1.RoutingPreference.Goal wire) {
        return switch (wire) {
            case GOAL_UNSPECIFIED, GOAL_BALANCED -> Goal.BALANCED;
            case GOAL_CHEAP -> Goal.CHEAP;
            case GOAL_FAST -> Goal.FAST;
            case GOAL_BEST -> Goal.BEST;
            case UNRECOGNIZED -> throw unknown("preference.goal");
        };
    }

    private static Placement placement(dev.millrace.schema.gateway.v1.RoutingPreference.Placement wire) {
        return switch (wire) {
            case PLACEMENT_UNSPECIFIED, PLACEMENT_ANY -> Placement.ANY;
            case PLACEMENT_PREFER_LOCAL -> Placement.PREFER_LOCAL;
            case PLACEMENT_LOCAL_ONLY -> Placement.LOCAL_ONLY;
            case PLACEMENT_CLOUD_ONLY -> Placement.CLOUD_ONLY;
            case UNRECOGNIZED -> throw unknown("preference.placement");
        };
    }

    private static TurnFault unknown(String field) {
        return new TurnFault(
                Reason.FIELD_INVALID, field + ": a value that this gateway does not know", Map.of("field", field));
    }
}
