package dev.millrace.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a caller wants the router to prefer.
 *
 * @param goal what to optimise for
 * @param placement where the prompt may run
 * @param maxCostNanoUsd the most that the turn may cost; empty: only the budget limits
 * @param firstTokenTarget how soon the first token should come; empty: the tier's target
 * @param budgetSensitive whether a nearly spent budget moves the choice to cheaper candidates
 */
public record RoutingPreference(
        Goal goal,
        Placement placement,
        OptionalLong maxCostNanoUsd,
        Optional<Duration> firstTokenTarget,
        boolean budgetSensitive) {

    public static final RoutingPreference NONE =
            new RoutingPreference(Goal.BALANCED, Placement.ANY, OptionalLong.empty(), Optional.empty(), false);

    /** What to optimise for. */
    public enum Goal {
        BALANCED,
        CHEAP,
        FAST,
        BEST
    }

    /** Where a prompt may run. */
    public enum Placement {
        ANY,
        PREFER_LOCAL,
        LOCAL_ONLY,
        CLOUD_ONLY
    }
}
