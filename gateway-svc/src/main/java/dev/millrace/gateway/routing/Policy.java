package dev.millrace.gateway.routing;

import dev.millrace.gateway.Completions.Cutoffs;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.Verdict.Sensitivity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operator's rules for routing; with a verdict it makes a decision that can be replayed.
 *
 * @param cutoffs the scores at which the tiers above trivial begin
 * @param tiers what each tier uses; all four are present
 * @param localLimit the highest tier that local models are meant for
 * @param localLimits other limits, by local model
 * @param aliases names that lead to models
 * @param fallbacks what may stand in for a named model, in order
 * @param cloudModel the one cloud model for all tiers, at the operator's word; empty: as the tiers say
 * @param leaveWithoutVerdict whether a prompt that the classifier could not judge may leave
 * @param unscanned what parts that cannot be scanned count as
 * @param leaveUpTo the highest sensitivity that may leave
 */
public record Policy(
        String version,
        Cutoffs cutoffs,
        Map<Tier, TierPolicy> tiers,
        Tier localLimit,
        Map<String, Tier> localLimits,
        Map<String, String> aliases,
        Map<String, List<String>> fallbacks,
        Optional<String> cloudModel,
        boolean leaveWithoutVerdict,
        Sensitivity unscanned,
        Sensitivity leaveUpTo) {

    public Policy {
        tiers = Map.copyOf(tiers);
        localLimits = Map.copyOf(localLimits);
        aliases = Map.copyOf(aliases);
        fallbacks = Map.copyOf(fallbacks);
        requireRising(cutoffs);
        if (tiers.size() != Tier.values().length) {
            throw new IllegalArgumentException("tiers: " + tiers.keySet() + " (expected: all four)");
        }
    }

    /**
     * Refuses cut-offs that leave a tier below the one before it.
     *
     * @throws IllegalArgumentException when they do not rise, above 0 to 1
     */
    public static void requireRising(Cutoffs cutoffs) {
        boolean rising = cutoffs.moderate() > 0
                && cutoffs.moderate() <= cutoffs.complex()
                && cutoffs.complex() <= cutoffs.premium()
                && cutoffs.premium() <= 1;
        if (!rising) {
            throw new IllegalArgumentException("gateway.policy.cutoffs: " + cutoffs.moderate() + ", "
                    + cutoffs.complex() + ", " + cutoffs.premium() + " (expected: rising, above 0 to 1)");
        }
    }

    /** The tier of a score. */
    public Tier tierOf(double score) {
        if (score >= cutoffs.premium()) {
            return Tier.PREMIUM;
        }
        if (score >= cutoffs.complex()) {
            return Tier.COMPLEX;
        }
        return score >= cutoffs.moderate() ? Tier.MODERATE : Tier.TRIVIAL;
    }

    /** The cloud models of a tier in order; without a tier, those of the moderate one. */
    List<String> cloudModels(Optional<Tier> tier) {
        return cloudModel
                .map(List::of)
                .orElseGet(() -> of(tier.orElse(Tier.MODERATE)).cloudModels());
    }

    TierPolicy of(Tier tier) {
        TierPolicy policy = tiers.get(tier);
        if (policy == null) {
            throw new IllegalStateException("no policy for tier " + tier);
        }
        return policy;
    }

    Tier limitOf(String localModel) {
        return localLimits.getOrDefault(localModel, localLimit);
    }

    boolean isOperatorsWord(String model) {
        return cloudModel.filter(model::equals).isPresent();
    }

    /** What a tier uses: its cloud models in order, each once, and how soon its first token should come. */
    public record TierPolicy(List<String> cloudModels, Duration firstTokenTarget) {

        public TierPolicy {
            cloudModels = cloudModels.stream().distinct().toList();
        }
    }
}
