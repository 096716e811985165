package dev.millrace.cli;

import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.gateway.v1.Candidate;
import dev.millrace.schema.gateway.v1.Completed;
import dev.millrace.schema.gateway.v1.Cost;
import dev.millrace.schema.gateway.v1.RouteDecided;
import dev.millrace.schema.gateway.v1.RouteTarget;
import dev.millrace.schema.gateway.v1.Tier;
import dev.millrace.schema.gateway.v1.Timings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The one line under an answer: where it ran, why, what it took and what it cost. */
final class AnswerLine {
    /** The local engine that goes without saying: the one inside of Millrace. */
    private static final String EMBEDDED = "embedded";

    private AnswerLine() {}

    /** @param engine that which began the answer; empty: it was not told */
    static String of(@Nullable RouteDecided route, String engine, Completed completed) {
        List<String> parts = new ArrayList<>();
        Candidate ran = completed.getRoute();
        parts.add("── " + where(ran, engine.isEmpty() ? ran.getEngine() : engine));
        parts.add(ran.getModel());
        if (route != null) {
            parts.add(why(route, ran));
        }
        parts.add(tokens(completed.getUsage()));
        parts.add(speed(completed.getTimings()));
        parts.add(cost(completed.getCost()));
        if (completed.getAttemptsCount() > 1) {
            parts.add("attempt " + completed.getAttemptsCount());
        }
        if (route != null && !route.getTurnId().isEmpty()) {
            parts.add("turn " + TurnId.shown(route.getTurnId()));
        }
        return String.join(" · ", parts);
    }

    /** A cloud's model names its provider well enough. */
    private static String where(Candidate ran, String engine) {
        String target = FaultText.label(ran.getTarget());
        return ran.getTarget() != RouteTarget.ROUTE_TARGET_LOCAL || engine.isEmpty() || engine.equals(EMBEDDED)
                ? target
                : target + " (" + engine + ")";
    }

    /** The tier, its score, and the first reason, which need not say the tier again. */
    private static String why(RouteDecided route, Candidate ran) {
        String tier = route.getTier() == Tier.TIER_UNSPECIFIED ? "" : tier(route.getTier());
        StringBuilder text = new StringBuilder(tier);
        if (route.hasVerdict()) {
            text.append(' ').append(Units.score(route.getVerdict().getScore()));
        }
        String reason = ran.getReasonsCount() == 0 ? "" : ran.getReasons(0).getText();
        if (!tier.isEmpty()) {
            reason = reason.replaceFirst("^tier " + tier + "(, )?", "");
        }
        if (!reason.isEmpty()) {
            text.append(text.isEmpty() ? "" : ", ").append(reason);
        }
        return text.toString();
    }

    static String tier(Tier tier) {
        return tier == Tier.TIER_UNSPECIFIED
                ? "not judged"
                : tier.name().substring("TIER_".length()).toLowerCase(Locale.ROOT);
    }

    private static String tokens(TokenUsage usage) {
        return (usage.hasInputTokens() ? Units.count(usage.getInputTokens()) : "?") + " in "
                + (usage.hasOutputTokens() ? Units.count(usage.getOutputTokens()) : "?") + " out";
    }

    private static String speed(Timings timings) {
        String first = timings.hasFirstToken() ? "first token " + Units.duration(timings.getFirstToken()) : "no token";
        return timings.getTokensPerSecond() > 0
                ? first + String.format(Locale.ROOT, ", %,.0f tok/s", timings.getTokensPerSecond())
                : first;
    }

    private static String cost(Cost cost) {
        if (!cost.hasChargedNanoUsd()) {
            return "cost not known yet";
        }
        String charged = Units.usd(cost.getChargedNanoUsd()) + " USD";
        return cost.getSavedNanoUsd() > 0
                ? charged + ", saved " + Units.usd(cost.getSavedNanoUsd()) + " against " + cost.getReferenceModel()
                : charged;
    }
}
