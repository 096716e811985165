package dev.millrace.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Decides where a prompt runs. Pure: the same question gives the same route. */
public interface Routing {

    /** The plan for a prompt. */
    Route route(Question question);

    /** Whether policy lets something with this judgement leave the organisation, and how sensitive it counts as. */
    Leave leave(PromptJudge.Judgement judgement);

    /** The scores at which the tiers begin. */
    Completions.Cutoffs cutoffs();

    /** The names that policy gives to models, by name. */
    Map<String, String> aliases();

    /** How soon the first token of a tier should come. */
    Duration firstTokenTarget(Optional<Tier> tier);

    /** Whether a prompt may leave, and how sensitive it counts as. */
    record Leave(boolean allowed, Verdict.Sensitivity sensitivity) {}

    /**
     * What the router goes by.
     *
     * @param models all models, in order of preference
     * @param unreached engines whose models nobody knows
     * @param complete whether every backend has told its models
     * @param pricesKnown whether billing has told its prices
     * @param budgetShare how much of the budget of the day is spent or held, 1: all; 0 also where it does not matter
     */
    record Question(
            TurnRequest request,
            PromptJudge.Judgement judgement,
            List<Catalogue.Entry> models,
            List<Catalogue.Unreached> unreached,
            boolean complete,
            boolean pricesKnown,
            Observations observations,
            double budgetShare) {

        public Question {
            models = List.copyOf(models);
            unreached = List.copyOf(unreached);
        }
    }

    /**
     * The answer.
     *
     * @param plan what may run, in order
     * @param rejected what was left out, each with its reason
     * @param refusal why nothing may run; empty where there is a plan
     * @param mayLeave whether the prompt may leave the organisation
     * @param sensitivity how sensitive it counts as
     */
    record Route(
            Optional<Tier> tier,
            List<Planned> plan,
            List<Candidate> rejected,
            Optional<TurnFault> refusal,
            boolean mayLeave,
            Verdict.Sensitivity sensitivity,
            String policyVersion) {

        public Route {
            plan = List.copyOf(plan);
            rejected = List.copyOf(rejected);
        }

        /** All candidates, the chosen first, the rejected last. */
        public List<Candidate> candidates() {
            List<Candidate> all = new ArrayList<>(plan.size() + rejected.size());
            plan.forEach(planned -> all.add(planned.candidate()));
            all.addAll(rejected);
            return List.copyOf(all);
        }
    }

    /**
     * A candidate that may run.
     *
     * @param free whether it costs nothing, so that no hold is needed
     * @param estimatedInputTokens the classifier's count; empty: none
     */
    record Planned(
            Candidate candidate,
            Catalogue.Entry entry,
            TokenNeed need,
            boolean free,
            OptionalLong estimatedInputTokens) {}
}
