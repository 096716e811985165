package dev.millrace.gateway.flow;

import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.Routing.Leave;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TokenNeed;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Says why a model is not asked for vectors: state, clearance, price, in this order.
 *
 * @param leave whether the texts may leave
 * @param limitNanoUsd what the call may cost at most; empty: no limit
 */
record EmbeddingFitness(Leave leave, OptionalLong limitNanoUsd) {

    /** Why not; empty: it can be. */
    Optional<RouteReason> objection(Entry model, TokenNeed need) {
        if (model.state() == State.UNAVAILABLE) {
            return Optional.of(RouteReason.of(Kind.UNAVAILABLE, model.stateDetail()));
        }
        if (model.target() == Target.CLOUD && !leave.allowed()) {
            return Optional.of(RouteReason.of(
                    Kind.SENSITIVE, "the texts are sensitive, or nobody could judge them, and may not leave"));
        }
        OptionalLong cost = need.costNanoUsd(model.price());
        return cost.isPresent() ? tooDear(cost.getAsLong()) : Optional.empty();
    }

    /** Whether so much is more than the call may cost. */
    Optional<RouteReason> tooDear(long nanoUsd) {
        return limitNanoUsd.isPresent() && nanoUsd > limitNanoUsd.getAsLong()
                ? Optional.of(RouteReason.of(
                        Kind.COST_LIMIT,
                        "would cost up to " + nanoUsd + " nano-USD, the limit is " + limitNanoUsd.getAsLong()))
                : Optional.empty();
    }
}
