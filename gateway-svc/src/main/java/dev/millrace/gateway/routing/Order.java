package dev.millrace.gateway.routing;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Observations;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.Routing;
import dev.millrace.gateway.Routing.Planned;
import dev.millrace.gateway.RoutingPreference;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Arranges a plan by the caller's goal, or by cost where the caller minds that the budget is nearly spent, and puts behind
 * what was full a moment ago. Every sort is stable.
 */
final class Order {

    private static final Duration UNKNOWN = Duration.ofDays(1);
    /** The share of the day's budget from which on it counts as nearly spent. */
    private static final double NEARLY_SPENT = 0.80;

    private final RoutingPreference preference;
    private final Observations observations;
    private final double budgetShare;
    private final Policy policy;

    Order(Routing.Question question, Policy policy) {
        this.preference = question.request().preference();
        this.observations = question.observations();
        this.budgetShare = question.budgetShare();
        this.policy = policy;
    }

    List<Planned> arrange(List<Planned> plan) {
        return fullLast(preference.budgetSensitive() && budgetShare >= NEARLY_SPENT ? sparing(plan) : byGoal(plan));
    }

    private List<Planned> sparing(List<Planned> plan) {
        String text = String.format(
                Locale.ROOT, "the cheapest first, %.0f %% of the day's budget is used", 100 * budgetShare);
        return sorted(plan, Comparator.comparing(this::cost), text);
    }

    private List<Planned> byGoal(List<Planned> plan) {
        return switch (preference.goal()) {
            case BALANCED -> plan;
            case CHEAP -> sorted(plan, Comparator.comparing(this::cost), "the cheapest first");
            case FAST -> sorted(plan, Comparator.comparing(this::firstToken), "the fastest first");
            case BEST -> sorted(plan, Comparator.comparing(this::weakness), "the strongest first");
        };
    }

    private List<Planned> sorted(List<Planned> plan, Comparator<Planned> order, String text) {
        return plan.stream()
                .sorted(order)
                .map(planned -> because(planned, RouteReason.of(Kind.GOAL, text)))
                .toList();
    }

    private Long cost(Planned planned) {
        return planned.free() ? 0L : planned.candidate().estimatedCostNanoUsd().orElse(Long.MAX_VALUE);
    }

    private Duration firstToken(Planned planned) {
        return planned.candidate().estimatedFirstToken().orElse(UNKNOWN);
    }

    /** How far below the strongest: the tiers' own lists say who is strong; local models come last. */
    private Integer weakness(Planned planned) {
        if (planned.candidate().target() == Target.LOCAL) {
            return Integer.MAX_VALUE;
        }
        int place = 0;
        for (Tier tier : List.of(Tier.PREMIUM, Tier.COMPLEX, Tier.MODERATE, Tier.TRIVIAL)) {
            int found =
                    policy.of(tier).cloudModels().indexOf(planned.candidate().model());
            if (found >= 0) {
                return place + found;
            }
            place += policy.of(tier).cloudModels().size();
        }
        return place;
    }

    private List<Planned> fullLast(List<Planned> plan) {
        if (plan.size() < 2) {
            return plan;
        }
        List<Planned> free = new ArrayList<>();
        List<Planned> full = new ArrayList<>();
        for (Planned planned : plan) {
            if (observations.isFull(
                    planned.candidate().target(), planned.candidate().model())) {
                full.add(because(planned, RouteReason.of(Kind.OVERFLOW, "full a moment ago")));
            } else {
                free.add(planned);
            }
        }
        free.addAll(full);
        return free;
    }

    private static Planned because(Planned planned, RouteReason reason) {
        Candidate old = planned.candidate();
        List<RouteReason> reasons = new ArrayList<>(old.reasons());
        reasons.add(reason.kind() == Kind.OVERFLOW ? 0 : reasons.size(), reason);
        Candidate candidate = new Candidate(
                old.target(),
                old.engine(),
                old.model(),
                reasons,
                false,
                old.estimatedCostNanoUsd(),
                old.estimatedFirstToken(),
                old.confidence());
        return new Planned(candidate, planned.entry(), planned.need(), planned.free(), planned.estimatedInputTokens());
    }
}
