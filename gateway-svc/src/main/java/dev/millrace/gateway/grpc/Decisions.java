package dev.millrace.gateway.grpc;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.Verdict;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.classifier.v1.Finding;
import dev.millrace.schema.classifier.v1.Signal;
import dev.millrace.schema.classifier.v1.TaskType;
import dev.millrace.schema.completion.v1.Sensitivity;
import dev.millrace.schema.gateway.v1.RouteDecided;
import dev.millrace.schema.gateway.v1.RouteReason;
import dev.millrace.schema.gateway.v1.RouteTarget;
import java.util.Arrays;

/** Writes decisions, candidates and verdicts for the wire. */
final class Decisions {

    private Decisions() {}

    static RouteDecided wire(Decision decision) {
        RouteDecided.Builder wire = RouteDecided.newBuilder()
                .setTurnId(decision.turnId())
                .setRequestId(decision.requestId())
                .setDecisionId(decision.decisionId())
                .setTier(decision.tier()
                        .map(Decisions::tier)
                        .orElse(dev.millrace.schema.gateway.v1.Tier.TIER_UNSPECIFIED))
                .setPolicyVersion(decision.policyVersion());
        decision.verdict().ifPresent(verdict -> wire.setVerdict(verdict(verdict)));
        decision.chosen().ifPresent(chosen -> wire.setChosen(candidate(chosen)));
        decision.candidates().forEach(one -> wire.addCandidates(candidate(one)));
        return wire.build();
    }

    static dev.millrace.schema.gateway.v1.Candidate candidate(Candidate candidate) {
        dev.millrace.schema.gateway.v1.Candidate.Builder wire = dev.millrace.schema.gateway.v1.Candidate.newBuilder()
                .setTarget(target(candidate.target()))
                .setEngine(candidate.engine())
                .setModel(candidate.model())
                .setRejected(candidate.rejected())
                .setConfidence(candidate.confidence());
        candidate
                .reasons()
                .forEach(reason -> wire.addReasons(RouteReason.newBuilder()
                        .setKind(
                                RouteReason.Kind.valueOf("KIND_" + reason.kind().name()))
                        .setText(reason.text())
                        .putAllMetadata(reason.figures())));
        candidate.estimatedCostNanoUsd().ifPresent(wire::setEstimatedCostNanoUsd);
        candidate.estimatedFirstToken().ifPresent(span -> wire.setEstimatedFirstToken(WireTimes.toWire(span)));
        return wire.build();
    }

    static RouteTarget target(Target target) {
        return switch (target) {
            case LOCAL -> RouteTarget.ROUTE_TARGET_LOCAL;
            case CLOUD -> RouteTarget.ROUTE_TARGET_CLOUD;
        };
    }

    private static dev.millrace.schema.gateway.v1.Tier tier(Tier tier) {
        return switch (tier) {
            case TRIVIAL -> dev.millrace.schema.gateway.v1.Tier.TIER_TRIVIAL;
            case MODERATE -> dev.millrace.schema.gateway.v1.Tier.TIER_MODERATE;
            case COMPLEX -> dev.millrace.schema.gateway.v1.Tier.TIER_COMPLEX;
            case PREMIUM -> dev.millrace.schema.gateway.v1.Tier.TIER_PREMIUM;
        };
    }

    private static dev.millrace.schema.classifier.v1.Verdict verdict(Verdict verdict) {
        dev.millrace.schema.classifier.v1.Verdict.Builder wire = dev.millrace.schema.classifier.v1.Verdict.newBuilder()
                .setScore(verdict.score())
                .setConfidence(verdict.confidence())
                .setIntent(verdict.intent())
                .setTask(task(verdict.task()))
                .setLanguage(verdict.language())
                .setEstimatedInputTokens(verdict.estimatedInputTokens())
                .setSensitivity(sensitivity(verdict.sensitivity()))
                .setModelVersion(verdict.modelVersion())
                .setHasUnscannedParts(verdict.hasUnscannedParts());
        verdict.findings()
                .forEach(finding -> wire.addFindings(Finding.newBuilder()
                        .setKind(finding.kind())
                        .setRule(finding.rule())
                        .setCount(finding.count())
                        .setSensitivity(sensitivity(finding.sensitivity()))));
        verdict.signals()
                .forEach(signal -> wire.addSignals(Signal.newBuilder()
                        .setId(signal.id())
                        .setDescription(signal.description())
                        .setWeight(signal.weight())
                        .setQuote(signal.quote())));
        return wire.build();
    }

    private static TaskType task(String name) {
        return Arrays.stream(TaskType.values())
                .filter(task -> task.name().equals("TASK_TYPE_" + name))
                .findFirst()
                .orElse(TaskType.TASK_TYPE_UNSPECIFIED);
    }

    private static Sensitivity sensitivity(Verdict.Sensitivity sensitivity) {
        return switch (sensitivity) {
            case PUBLIC -> Sensitivity.SENSITIVITY_PUBLIC;
            case INTERNAL -> Sensitivity.SENSITIVITY_INTERNAL;
            case SENSITIVE -> Sensitivity.SENSITIVITY_SENSITIVE;
        };
    }
}
