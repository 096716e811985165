package dev.millrace.gateway.routing;

import dev.millrace.gateway.Catalogue.Capability;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.Routing.Question;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TokenNeed;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.schema.completion.v1.ResponseFormat;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** Says why a model cannot take a prompt: clearance, placement, state, capability, window, price, in this order. */
final class Fitness {

    private final Policy policy;
    private final Question question;
    private final Placement placement;
    private final boolean named;
    private final Optional<RouteReason> staysLocal;
    private final Set<Capability> needed;

    Fitness(Policy policy, Question question, Wish wish, Optional<RouteReason> staysLocal) {
        this.policy = policy;
        this.question = question;
        placement = wish.placement();
        named = wish.model().isPresent();
        this.staysLocal = staysLocal;
        needed = needs(question.request());
    }

    /** Why not; empty: it can. */
    Optional<RouteReason> objection(Entry model, TokenNeed need) {
        return clearance(model)
                .or(() -> placement(model))
                .or(() -> state(model))
                .or(() -> capability(model))
                .or(() -> window(model, need))
                .or(() -> price(model, need));
    }

    /** Whether a model there could be chosen although nobody named it. */
    boolean looksAt(Target target) {
        return target == Target.LOCAL
                ? !named && placement != Placement.CLOUD_ONLY
                : !named && placement != Placement.LOCAL_ONLY && staysLocal.isEmpty();
    }

    private Optional<RouteReason> clearance(Entry model) {
        return model.target() == Target.CLOUD ? staysLocal : Optional.empty();
    }

    private Optional<RouteReason> placement(Entry model) {
        boolean forbidden =
                model.target() == Target.CLOUD ? placement == Placement.LOCAL_ONLY : placement == Placement.CLOUD_ONLY;
        return when(
                forbidden,
                Kind.PLACEMENT,
                () -> "the caller asked for " + (placement == Placement.LOCAL_ONLY ? "local" : "cloud") + " only");
    }

    private static Optional<RouteReason> state(Entry model) {
        return when(
                model.state() == State.UNAVAILABLE,
                Kind.UNAVAILABLE,
                () -> model.stateDetail().isEmpty() ? "unavailable" : model.stateDetail());
    }

    private Optional<RouteReason> capability(Entry model) {
        for (Capability capability : needed) {
            if (!model.capabilities().contains(capability)) {
                String lacking = label(capability);
                return Optional.of(new RouteReason(
                        Kind.CAPABILITY,
                        "cannot do what the request needs: " + lacking,
                        Map.of("capability", lacking)));
            }
        }
        return Optional.empty();
    }

    private static Optional<RouteReason> window(Entry model, TokenNeed need) {
        OptionalLong window = model.contextLength();
        if (window.isEmpty() || need.inputTokens() < window.getAsLong()) {
            return Optional.empty();
        }
        return Optional.of(new RouteReason(
                Kind.CONTEXT_LENGTH,
                "the prompt has about " + need.inputTokens() + " tokens, its window holds " + window.getAsLong(),
                Map.of(
                        "input_tokens", Long.toString(need.inputTokens()),
                        "context_length", Long.toString(window.getAsLong()))));
    }

    private Optional<RouteReason> price(Entry model, TokenNeed need) {
        if (model.price().isEmpty() && model.target() == Target.CLOUD && question.pricesKnown()) {
            return when(!policy.isOperatorsWord(model.id()), Kind.PRICE_UNKNOWN, () -> priceUnknown(model.id()));
        }
        OptionalLong limit = question.request().preference().maxCostNanoUsd();
        if (limit.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong cost = need.costNanoUsd(model.price());
        return when(
                cost.isPresent() && cost.getAsLong() > limit.getAsLong(),
                Kind.COST_LIMIT,
                () -> "would cost up to " + cost.orElse(0) + " nano-USD, the limit is " + limit.getAsLong());
    }

    private String priceUnknown(String model) {
        String next = "set one with `" + priceCommand(model) + "`";
        return named ? "no price row: " + next : "no price row, so that auto does not choose it: " + next;
    }

    static String priceCommand(String model) {
        return "millrace price set " + model + " --input USD --output USD";
    }

    private static Optional<RouteReason> when(boolean holds, Kind kind, Supplier<String> text) {
        return holds ? Optional.of(RouteReason.of(kind, text.get())) : Optional.empty();
    }

    private static Set<Capability> needs(TurnRequest request) {
        Set<Capability> needs = EnumSet.of(Capability.CHAT);
        if (!request.tools().isEmpty()) {
            needs.add(Capability.TOOLS);
        }
        if (TokenNeed.images(request) > 0) {
            needs.add(Capability.IMAGES);
        }
        if (request.responseFormat()
                .filter(format -> format.getKind() == ResponseFormat.Kind.KIND_JSON_SCHEMA)
                .isPresent()) {
            needs.add(Capability.JSON_SCHEMA);
        }
        if (request.sampling().getChoiceCount() > 1) {
            needs.add(Capability.MULTIPLE_CHOICES);
        }
        return needs;
    }

    private static String label(Capability capability) {
        return capability.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
