package dev.millrace.gateway.routing;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import java.util.Map;
import java.util.Optional;

/**
 * What a caller asked for, with the names that are not models resolved.
 *
 * @param model the model that was named; empty: any
 * @param placement where it may run
 */
record Wish(Optional<String> model, Placement placement) {

    static Wish of(TurnRequest request, Policy policy) {
        Placement placement = request.preference().placement();
        return switch (request.model()) {
            case "", "auto" -> new Wish(Optional.empty(), placement);
            case "local" -> new Wish(Optional.empty(), only("local", Placement.LOCAL_ONLY, placement));
            case "cloud" -> new Wish(Optional.empty(), only("cloud", Placement.CLOUD_ONLY, placement));
            default ->
                new Wish(Optional.of(policy.aliases().getOrDefault(request.model(), request.model())), placement);
        };
    }

    private static Placement only(String model, Placement meant, Placement placement) {
        boolean contradicts =
                placement != meant && (placement == Placement.LOCAL_ONLY || placement == Placement.CLOUD_ONLY);
        if (contradicts) {
            throw new TurnFault(
                    Reason.FIELD_INVALID,
                    "preference.placement: " + placement + " contradicts model \"" + model
                            + "\". Leave one of the two out",
                    Map.of("field", "preference.placement", "value", placement.name(), "model", model));
        }
        return meant;
    }
}
