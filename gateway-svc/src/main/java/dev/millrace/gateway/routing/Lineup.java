package dev.millrace.gateway.routing;

import dev.millrace.gateway.Catalogue.Capability;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the models that policy and caller speak of into their first order, each with the reason for its place. */
final class Lineup {

    private final Policy policy;
    private final List<Entry> models;
    private final List<Placed> placed = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    private Lineup(Policy policy, List<Entry> models) {
        this.policy = policy;
        this.models = models;
    }

    /** The order for any model: local first where the tier is within its limit, the tier's cloud models otherwise. */
    static Lineup of(Policy policy, List<Entry> models, Optional<Tier> tier, Placement placement) {
        Lineup lineup = new Lineup(policy, models);
        List<Entry> above = new ArrayList<>();
        for (Entry model : models) {
            if (model.target() != Target.LOCAL || !model.capabilities().contains(Capability.CHAT)) {
                continue;
            }
            if (lineup.serves(model, tier) || placement == Placement.PREFER_LOCAL) {
                lineup.place(model, lineup.localFirst(model, tier, placement));
            } else {
                above.add(model);
            }
        }
        lineup.placeCloud(tier);
        for (Entry model : above) {
            if (!lineup.has(model)) {
                lineup.place(model, lineup.lastResort(model, tier));
            }
        }
        return lineup;
    }

    /** The order for a named model: itself wherever it runs, then what policy lists in its stead. */
    static Lineup of(Policy policy, List<Entry> models, String name, Placement placement) {
        Lineup lineup = new Lineup(policy, models);
        lineup.named(name, RouteReason.of(Kind.NAMED_BY_CALLER, "named by the caller"));
        for (String other : policy.fallbacks().getOrDefault(name, List.of())) {
            lineup.named(other, RouteReason.of(Kind.FALLBACK, "stands in for " + name));
        }
        if (placement == Placement.CLOUD_ONLY) {
            lineup.placed.sort((one, two) -> two.entry.target().compareTo(one.entry.target()));
        }
        return lineup;
    }

    /** The models in order. */
    List<Placed> placed() {
        return placed;
    }

    /** Cloud models of the policy that no provider offers. */
    List<String> missing() {
        return missing;
    }

    private void named(String name, RouteReason reason) {
        for (Entry model : models) {
            if (ModelNames.isNamed(model, name) && !has(model)) {
                place(model, reason);
            }
        }
    }

    private void placeCloud(Optional<Tier> tier) {
        String before = "";
        for (String name : policy.cloudModels(tier)) {
            Optional<Entry> offered = offered(name);
            if (offered.isEmpty()) {
                missing.add(name);
                continue;
            }
            place(
                    offered.get(),
                    before.isEmpty() ? tierMatch(tier) : RouteReason.of(Kind.FALLBACK, "fallback of " + before));
            before = name;
        }
    }

    private Optional<Entry> offered(String name) {
        for (Entry model : models) {
            if (model.target() == Target.CLOUD && model.id().equals(name)) {
                return Optional.of(model);
            }
        }
        return Optional.empty();
    }

    private RouteReason tierMatch(Optional<Tier> tier) {
        String source = policy.cloudModel().isPresent() ? ", the operator's model for all tiers" : "";
        return RouteReason.of(
                Kind.TIER_MATCH, tier.map(known -> "tier " + known.label()).orElse("no tier") + source);
    }

    private boolean serves(Entry local, Optional<Tier> tier) {
        return tier.isEmpty() || tier.get().compareTo(policy.limitOf(local.id())) <= 0;
    }

    private RouteReason localFirst(Entry local, Optional<Tier> tier, Placement placement) {
        if (placement == Placement.PREFER_LOCAL) {
            return RouteReason.of(Kind.PLACEMENT, "the caller prefers local");
        }
        return RouteReason.of(
                Kind.TIER_MATCH,
                tier.map(known -> "tier " + known.label() + ", within its limit ("
                                + policy.limitOf(local.id()).label() + ")")
                        .orElse("local first"));
    }

    private RouteReason lastResort(Entry local, Optional<Tier> tier) {
        String limit = policy.limitOf(local.id()).label();
        return new RouteReason(
                Kind.ABOVE_LIMIT,
                "last resort, tier above its limit (" + limit + ")",
                Map.of("limit", limit, "tier", tier.map(Tier::label).orElse("")));
    }

    private boolean has(Entry model) {
        for (Placed one : placed) {
            if (one.entry.equals(model)) {
                return true;
            }
        }
        return false;
    }

    private void place(Entry model, RouteReason reason) {
        placed.add(new Placed(model, reason));
    }

    /** A model and the reason for its place. */
    record Placed(Entry entry, RouteReason reason) {}
}
