package dev.millrace.gateway.routing;

import dev.millrace.gateway.Absence;
import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.Unreached;
import dev.millrace.gateway.Completions.Cutoffs;
import dev.millrace.gateway.PromptJudge.Away;
import dev.millrace.gateway.PromptJudge.Judged;
import dev.millrace.gateway.PromptJudge.Judgement;
import dev.millrace.gateway.PromptJudge.NoText;
import dev.millrace.gateway.PromptJudge.NotAsked;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.Routing;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TokenNeed;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.Verdict;
import dev.millrace.gateway.Verdict.Sensitivity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes the plan: tier, clearance, line-up, objections, order. Pure. */
public final class Router implements Routing {

    private final Policy policy;

    public Router(Policy policy) {
        this.policy = policy;
    }

    @Override
    public Cutoffs cutoffs() {
        return policy.cutoffs();
    }

    @Override
    public Map<String, String> aliases() {
        return policy.aliases();
    }

    @Override
    public Duration firstTokenTarget(Optional<Tier> tier) {
        return policy.of(tier.orElse(Tier.MODERATE)).firstTokenTarget();
    }

    @Override
    public Leave leave(Judgement judgement) {
        Sensitivity sensitivity = sensitivity(judgement);
        return new Leave(staysLocal(judgement, sensitivity).isEmpty(), sensitivity);
    }

    @Override
    public Route route(Question question) {
        Optional<Verdict> verdict = verdict(question.judgement());
        Optional<Tier> tier = verdict.map(judged -> policy.tierOf(judged.score()));
        Sensitivity sensitivity = sensitivity(question.judgement());
        Optional<RouteReason> staysLocal = staysLocal(question.judgement(), sensitivity);
        try {
            Wish wish = Wish.of(question.request(), policy);
            Lineup lineup = lineUp(question, wish, tier);
            Draft draft = new Draft(question, verdict, new Fitness(policy, question, wish, staysLocal));
            draft.judge(lineup);
            List<Planned> plan = new Order(question, policy).arrange(draft.plan);
            Optional<TurnFault> refusal =
                    plan.isEmpty() ? Optional.of(EmptyPlan.fault(draft.rejected, wish, verdict)) : Optional.empty();
            return new Route(tier, plan, draft.rejected, refusal, staysLocal.isEmpty(), sensitivity, policy.version());
        } catch (TurnFault refusal) {
            return new Route(
                    tier,
                    List.of(),
                    List.of(),
                    Optional.of(refusal),
                    staysLocal.isEmpty(),
                    sensitivity,
                    policy.version());
        }
    }

    private Lineup lineUp(Question question, Wish wish, Optional<Tier> tier) {
        if (wish.model().isEmpty()) {
            return Lineup.of(policy, question.models(), tier, wish.placement());
        }
        String name = wish.model().get();
        ModelNames.requireKnown(name, question, policy);
        return Lineup.of(policy, question.models(), name, wish.placement());
    }

    private static Optional<Verdict> verdict(Judgement judgement) {
        return judgement instanceof Judged judged ? Optional.of(judged.verdict()) : Optional.empty();
    }

    private Sensitivity sensitivity(Judgement judgement) {
        return switch (judgement) {
            case Judged(Verdict verdict)
            when verdict.hasUnscannedParts() ->
                verdict.sensitivity().compareTo(policy.unscanned()) >= 0 ? verdict.sensitivity() : policy.unscanned();
            case Judged(Verdict verdict) -> verdict.sensitivity();
            case NoText() -> policy.unscanned();
            case NotAsked() -> Sensitivity.SENSITIVE;
            case Away away -> policy.leaveWithoutVerdict() ? Sensitivity.INTERNAL : Sensitivity.SENSITIVE;
        };
    }

    private Optional<RouteReason> staysLocal(Judgement judgement, Sensitivity sensitivity) {
        if (sensitivity.compareTo(policy.leaveUpTo()) <= 0) {
            return Optional.empty();
        }
        return Optional.of(
                switch (judgement) {
                    case Judged(Verdict verdict) -> RouteReason.of(Kind.SENSITIVE, sensitive(verdict));
                    case NoText() -> RouteReason.of(Kind.SENSITIVE, "it cannot be scanned, and so stays local");
                    case NotAsked() -> RouteReason.of(Kind.PLACEMENT, "the caller asked for local only");
                    case Away away -> RouteReason.of(Kind.CLASSIFIER_DOWN, unjudged(away));
                });
    }

    private static String unjudged(Away away) {
        return Absence.byCertificate("the classifier", away.why())
                .map(absence -> absence.what() + ": the prompt stays local. " + absence.next())
                .orElse("the classifier does not answer: the prompt stays local");
    }

    private static String sensitive(Verdict verdict) {
        String kinds = String.join(
                ", ",
                verdict.findings().stream()
                        .filter(finding -> finding.sensitivity() == Sensitivity.SENSITIVE)
                        .map(Verdict.Finding::kind)
                        .distinct()
                        .toList());
        return "the prompt is sensitive" + (kinds.isEmpty() ? "" : " (" + kinds + ")") + ": it stays local";
    }

    /** The candidates of one question, as they are judged one after another. */
    private final class Draft {
        private final Question question;
        private final Fitness fitness;
        private final OptionalLong estimatedInputTokens;
        private final double confidence;
        private final List<Planned> plan = new ArrayList<>();
        private final List<Candidate> rejected = new ArrayList<>();

        Draft(Question question, Optional<Verdict> verdict, Fitness fitness) {
            this.question = question;
            this.fitness = fitness;
            estimatedInputTokens = verdict.map(judged -> OptionalLong.of(judged.estimatedInputTokens()))
                    .orElse(OptionalLong.empty());
            confidence = verdict.map(Verdict::confidence).orElse(1.0);
        }

        void judge(Lineup lineup) {
            for (Lineup.Placed placed : lineup.placed()) {
                Entry model = placed.entry();
                TokenNeed need = TokenNeed.of(question.request(), estimatedInputTokens, model);
                Optional<RouteReason> objection = fitness.objection(model, need);
                if (objection.isPresent()) {
                    rejected.add(candidate(model, List.of(objection.get()), true, need));
                } else {
                    List<RouteReason> reasons = reasons(model, placed.reason());
                    plan.add(new Planned(
                            candidate(model, reasons, false, need), model, need, isFree(model), estimatedInputTokens));
                }
            }
            lineup.missing().forEach(name -> rejected.add(missing(name)));
            for (Unreached engine : question.unreached()) {
                if (fitness.looksAt(engine.target())) {
                    rejected.add(unreached(engine));
                }
            }
        }

        private List<RouteReason> reasons(Entry model, RouteReason place) {
            boolean unpriced = policy.isOperatorsWord(model.id())
                    && model.target() == Target.CLOUD
                    && model.price().isEmpty()
                    && question.pricesKnown();
            return unpriced
                    ? List.of(
                            place,
                            RouteReason.of(
                                    Kind.PRICE_UNKNOWN,
                                    "no price set: charged 0 until `" + Fitness.priceCommand(model.id()) + "`"))
                    : List.of(place);
        }

        /** A model without a row is free where it is local or the operator's word; what billing did not tell is not free. */
        private boolean isFree(Entry model) {
            if (model.price().isPresent()) {
                return model.price().get().inputNanoUsdPerMillion() == 0
                        && model.price().get().outputNanoUsdPerMillion() == 0;
            }
            return model.target() == Target.LOCAL || (policy.isOperatorsWord(model.id()) && question.pricesKnown());
        }

        private Candidate candidate(Entry model, List<RouteReason> reasons, boolean isRejected, TokenNeed need) {
            OptionalLong cost = model.price().isEmpty() && model.target() == Target.LOCAL
                    ? OptionalLong.of(0)
                    : need.costNanoUsd(model.price());
            return new Candidate(
                    model.target(),
                    model.engine(),
                    model.id(),
                    reasons,
                    isRejected,
                    cost,
                    question.observations().firstTokenMedian(model.target(), model.id()),
                    confidence);
        }

        private Candidate missing(String name) {
            boolean anyCloud = question.models().stream().anyMatch(model -> model.target() == Target.CLOUD);
            String why = anyCloud ? "the provider does not offer it" : "cloud-relay lists no model";
            return unavailable(Target.CLOUD, "cloud", name, RouteReason.of(Kind.UNAVAILABLE, why));
        }

        /** Its models are not known, so it stands for all of them. */
        private Candidate unreached(Unreached engine) {
            RouteReason why = new RouteReason(Kind.UNAVAILABLE, engine.detail(), Map.of("address", engine.address()));
            return unavailable(engine.target(), engine.engine(), "", why);
        }

        private Candidate unavailable(Target target, String engine, String model, RouteReason why) {
            return new Candidate(
                    target, engine, model, List.of(why), true, OptionalLong.empty(), Optional.empty(), confidence);
        }
    }
}
