package dev.millrace.cli;

import dev.millrace.schema.classifier.v1.Finding;
import dev.millrace.schema.classifier.v1.Signal;
import dev.millrace.schema.classifier.v1.Verdict;
import dev.millrace.schema.completion.v1.Sensitivity;
import dev.millrace.schema.gateway.v1.Candidate;
import dev.millrace.schema.gateway.v1.ExplainRouteResponse;
import dev.millrace.schema.gateway.v1.RouteDecided;
import dev.millrace.schema.gateway.v1.TierCutoffs;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/** A routing decision as a person reads it: the verdict, the candidates in order, what weighed. */
final class RouteText {
    private RouteText() {}

    static String of(ExplainRouteResponse answer) {
        RouteDecided route = answer.getRouteDecided();
        StringBuilder text = new StringBuilder();
        TierCutoffs cutoffs = answer.getCutoffs();
        DoubleFunction<String> scores = Units.scores(cutoffs.getModerate(), cutoffs.getComplex(), cutoffs.getPremium());
        text.append(
                route.hasVerdict() ? verdict(route, scores) : "not classified: the model was named and stays local");
        text.append('\n').append(candidates(route));
        if (route.hasVerdict() && route.getVerdict().getSignalsCount() > 0) {
            text.append("\nsignals: ")
                    .append(route.getVerdict().getSignalsList().stream()
                            .map(RouteText::signal)
                            .collect(Collectors.joining("  ")));
        }
        text.append('\n')
                .append(answer.hasCutoffs() ? Cutoffs.of(cutoffs).text() : "policy " + route.getPolicyVersion());
        return text.toString();
    }

    private static String verdict(RouteDecided route, DoubleFunction<String> scores) {
        Verdict verdict = route.getVerdict();
        return String.format(
                Locale.ROOT,
                "tier %s (score %s, confidence %.2f)   intent %s   language %s   sensitive %s",
                AnswerLine.tier(route.getTier()),
                scores.apply(verdict.getScore()),
                verdict.getConfidence(),
                verdict.getIntent(),
                verdict.getLanguage(),
                sensitive(verdict));
    }

    static String sensitive(Verdict verdict) {
        if (verdict.getFindingsCount() == 0) {
            return "no";
        }
        String kinds = verdict.getFindingsList().stream()
                .map(Finding::getKind)
                .distinct()
                .collect(Collectors.joining(", "));
        return verdict.getSensitivity() == Sensitivity.SENSITIVITY_SENSITIVE ? "yes: " + kinds : "internal: " + kinds;
    }

    private static String candidates(RouteDecided route) {
        Table table = new Table(0);
        int position = 0;
        for (Candidate candidate : route.getCandidatesList()) {
            position += candidate.getRejected() ? 0 : 1;
            table.row(
                    candidate.getRejected() ? "  -" : "  " + position,
                    FaultText.label(candidate.getTarget()),
                    FaultText.name(candidate),
                    reasons(candidate, position == 1),
                    estimate(candidate));
        }
        return table.render();
    }

    private static String reasons(Candidate candidate, boolean first) {
        String text = candidate.getReasonsList().stream()
                .map(reason -> reason.getText())
                .collect(Collectors.joining(", "));
        if (candidate.getRejected()) {
            return "left out: " + text;
        }
        return first ? "chosen: " + text : text;
    }

    private static String estimate(Candidate candidate) {
        if (candidate.getRejected()) {
            return "";
        }
        String cost = candidate.hasEstimatedCostNanoUsd()
                ? "est. " + Units.usd(candidate.getEstimatedCostNanoUsd()) + " USD"
                : "no price set";
        return candidate.hasEstimatedFirstToken()
                ? cost + ", first token " + Units.duration(candidate.getEstimatedFirstToken())
                : cost;
    }

    static String signal(Signal signal) {
        String words = signal.getDescription();
        return signal(
                signal.getWeight(), signal.getQuote().isEmpty() ? words : words + " (\"" + signal.getQuote() + "\")");
    }

    /** A signal in the words that every command has for it. */
    static String signal(double weight, String words) {
        return String.format(Locale.ROOT, "%+.2f %s", weight, words);
    }
}
