package dev.millrace.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A model that could answer a prompt, with the reason for its place in the plan.
 *
 * @param target local or cloud
 * @param engine the engine or provider that runs it
 * @param model the model's id; empty: an engine that never answered, whose models nobody knows
 * @param reasons why it stands where it stands, or why it was left out; the most important first
 * @param rejected whether it is out of the plan
 * @param estimatedCostNanoUsd the worst case here; empty: unknown
 * @param estimatedFirstToken when its first token would come; empty: unknown
 * @param confidence how sure the choice is, 0 to 1
 */
public record Candidate(
        Target target,
        String engine,
        String model,
        List<RouteReason> reasons,
        boolean rejected,
        OptionalLong estimatedCostNanoUsd,
        Optional<Duration> estimatedFirstToken,
        double confidence) {

    public Candidate {
        reasons = List.copyOf(reasons);
    }

    /** What a person reads: where it runs and the model, or the engine where no model is known. */
    public String name() {
        return target.label() + " " + (model.isEmpty() ? engine : model);
    }
}
