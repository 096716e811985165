package dev.millrace.gateway;

import java.util.Map;

/**
 * Why a candidate stands where it stands, or why it was left out.
 *
 * @param kind the kind of reason, stable for programs
 * @param text in plain words, with its figures
 * @param figures the figures by name
 */
public record RouteReason(Kind kind, String text, Map<String, String> figures) {

    public RouteReason {
        figures = Map.copyOf(figures);
    }

    public static RouteReason of(Kind kind, String text) {
        return new RouteReason(kind, text, Map.of());
    }

    /** The kinds; each is the wire's RouteReason.Kind of the same name. */
    public enum Kind {
        TIER_MATCH,
        FALLBACK,
        NAMED_BY_CALLER,
        PLACEMENT,
        GOAL,
        SENSITIVE,
        ABOVE_LIMIT,
        CAPABILITY,
        CONTEXT_LENGTH,
        PRICE_UNKNOWN,
        COST_LIMIT,
        BUDGET,
        UNAVAILABLE,
        OVERFLOW,
        CLASSIFIER_DOWN
    }
}
