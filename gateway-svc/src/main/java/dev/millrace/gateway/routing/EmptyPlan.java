package dev.millrace.gateway.routing;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.Verdict;
import dev.millrace.gateway.Verdict.Sensitivity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says why nothing may run: the one reason that all candidates share, or all of them by name. */
final class EmptyPlan {

    /** What to do where backends fail, each for a reason of its own. */
    private static final String NEXT =
            "mend one of these, or add another engine or provider; `millrace doctor` looks closer";

    private EmptyPlan() {}

    static TurnFault fault(List<Candidate> rejected, Wish wish, Optional<Verdict> verdict) {
        List<Candidate> telling =
                rejected.stream().filter(one -> kind(one) != Kind.PLACEMENT).toList();
        if (telling.stream().anyMatch(one -> kind(one) == Kind.SENSITIVE)) {
            return sensitive(telling, wish, verdict);
        }
        List<Kind> kinds = telling.stream().map(EmptyPlan::kind).distinct().toList();
        if (telling.isEmpty() && wish.model().isPresent()) {
            return new TurnFault(
                    Reason.FIELD_INVALID,
                    "preference.placement: " + wish.placement() + " excludes the named model \""
                            + wish.model().get() + "\". Leave one of the two out",
                    Map.of(
                            "field",
                            "preference.placement",
                            "model",
                            wish.model().get()));
        }
        if (telling.isEmpty() && !rejected.isEmpty()) {
            return noneOfThose(wish.placement());
        }
        if (kinds.size() == 1) {
            return shared(kinds.getFirst(), telling);
        }
        // What cannot be used now says nothing of the request; what all others say of it is the reason.
        List<Candidate> usable =
                telling.stream().filter(one -> kind(one) != Kind.UNAVAILABLE).toList();
        List<Kind> ofUsable = usable.stream().map(EmptyPlan::kind).distinct().toList();
        boolean aboutTheRequest =
                ofUsable.equals(List.of(Kind.CONTEXT_LENGTH)) || ofUsable.equals(List.of(Kind.CAPABILITY));
        return aboutTheRequest ? shared(ofUsable.getFirst(), usable, telling) : nobody(rejected);
    }

    private static TurnFault sensitive(List<Candidate> telling, Wish wish, Optional<Verdict> verdict) {
        String findings = verdict.stream()
                .flatMap(judged -> judged.findings().stream())
                .filter(finding -> finding.sensitivity() == Sensitivity.SENSITIVE)
                .map(Verdict.Finding::kind)
                .distinct()
                .collect(Collectors.joining(", "));
        String prompt = findings.isEmpty()
                ? "the prompt cannot be scanned whole, counts as sensitive"
                : "the prompt is sensitive (" + findings + ")";
        return new TurnFault(
                Reason.LOCAL_ROUTE_REQUIRED,
                prompt + " and may not leave, but " + whyNotLocal(telling, wish),
                Map.of("findings", findings));
    }

    /** What stood against a local answer: the caller's own wish, or the local models. */
    private static String whyNotLocal(List<Candidate> telling, Wish wish) {
        String local = lines(
                telling.stream().filter(one -> kind(one) != Kind.SENSITIVE).toList());
        if (wish.placement() == Placement.CLOUD_ONLY) {
            return "only the cloud was asked for. Ask for \"auto\" or \"local\"";
        }
        if (wish.model().isPresent()) {
            return "model \"" + wish.model().get() + "\" runs in the cloud"
                    + (local.isEmpty() ? "" : ", and nothing local may stand in for it (" + local + ")")
                    + ". Ask for \"auto\" or \"local\"";
        }
        return local.isEmpty()
                ? "there is no local model. Add an engine, or leave the sensitive part out"
                : "no local model can take it: " + local;
    }

    private static TurnFault shared(Kind kind, List<Candidate> telling) {
        return shared(kind, telling, telling);
    }

    private static TurnFault shared(Kind kind, List<Candidate> telling, List<Candidate> named) {
        return switch (kind) {
            case CAPABILITY ->
                fault(
                        Reason.CAPABILITY_UNSUPPORTED,
                        "no model can do what the request needs",
                        telling,
                        named,
                        ". `millrace models` says what each can");
            case CONTEXT_LENGTH ->
                fault(
                        Reason.CONTEXT_TOO_LONG,
                        "the prompt fits no model's window",
                        telling,
                        named,
                        ". Shorten it, or add a model with a larger window");
            case PRICE_UNKNOWN -> priceUnknown(telling);
            case COST_LIMIT ->
                fault(
                        Reason.COST_LIMIT_EXCEEDED,
                        "every model would cost more than the limit",
                        telling,
                        named,
                        ". Raise it, or ask for fewer tokens");
            case CLASSIFIER_DOWN ->
                fault(
                        Reason.PEER_UNAVAILABLE,
                        "the classifier does not answer, and a prompt that nobody judged may not leave",
                        telling,
                        named,
                        ". Ask for \"local\", or see `millrace status`");
            default -> nobody(telling);
        };
    }

    private static TurnFault priceUnknown(List<Candidate> telling) {
        String model = telling.getFirst().model();
        String command = Fitness.priceCommand(model);
        return new TurnFault(
                Reason.PRICE_UNKNOWN,
                "model " + model + " has no price row. Set one with `" + command + "`",
                Map.of("model", model, "command", command));
    }

    private static TurnFault fault(
            Reason reason, String what, List<Candidate> telling, List<Candidate> named, String next) {
        RouteReason first = telling.getFirst().reasons().getFirst();
        Map<String, String> metadata = new HashMap<>(first.figures());
        metadata.put("model", telling.getFirst().model());
        if (reason == Reason.PEER_UNAVAILABLE) {
            metadata.put("service", "classifier");
        }
        return new TurnFault(reason, what + ": " + lines(named) + next, metadata);
    }

    private static TurnFault nobody(List<Candidate> rejected) {
        if (rejected.isEmpty()) {
            return new TurnFault(
                    Reason.NO_BACKEND_ANSWERED,
                    "no model is known: neither local-inference nor cloud-relay lists any. See whether both are up",
                    Map.of());
        }
        return new TurnFault(
                Reason.NO_BACKEND_ANSWERED,
                "no backend could answer: " + lines(rejected),
                Map.of("candidates", Integer.toString(rejected.size()), "next", NEXT));
    }

    private static TurnFault noneOfThose(Placement asked) {
        boolean local = asked == Placement.LOCAL_ONLY;
        return new TurnFault(
                Reason.NO_BACKEND_ANSWERED,
                "no backend could answer: there is no " + (local ? "local" : "cloud")
                        + " model, and only such a one was asked for",
                Map.of("next", "ask for \"auto\", or add " + (local ? "an engine" : "a provider")));
    }

    private static String lines(List<Candidate> candidates) {
        return candidates.stream().map(EmptyPlan::line).distinct().collect(Collectors.joining("; "));
    }

    private static String line(Candidate candidate) {
        return candidate.name() + ": " + candidate.reasons().getFirst().text();
    }

    private static Kind kind(Candidate candidate) {
        return candidate.reasons().getFirst().kind();
    }
}
