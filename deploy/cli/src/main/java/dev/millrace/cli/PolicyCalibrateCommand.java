package dev.millrace.cli;

import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc.ClassifierServiceBlockingStub;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.classifier.v1.Verdict;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.schema.gateway.v1.ModelPrice;
import dev.millrace.schema.gateway.v1.RouteTarget;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Proposes cut-offs for an operator's own traffic: from labelled prompts, or from the scores of settled decisions. */
@Command(
        name = "calibrate",
        description = {
            "Proposes scores at which tiers begin, for your traffic. Changes nothing without --apply.",
            "With --labels: JSON Lines with prompt, weak and strong (how good both answers were, 0 to 1). Prints"
                    + " quality and cost against the share of prompts that the stronger model gets, and proposes scores"
                    + " that recover 95, 80 and 50 %% of what it adds.",
            "Without: from at least 1,000 settled decisions, so that the tiers get 35, 30, 25 and 10 %% of them; each"
                    + " score moves by 0.05 at most."
        },
        mixinStandardHelpOptions = true)
final class PolicyCalibrateCommand implements Callable<Integer> {

    /** Fewer labels say too little. */
    static final int LABELS_MIN = 50;

    private static final int DECISIONS_MIN = 1_000;
    private static final int MODELS_MAX = 1_000;
    private static final double STEP_MAX = 0.05;
    private static final double MODERATE_RECOVERS = 0.95;
    private static final double COMPLEX_RECOVERS = 0.80;
    private static final double PREMIUM_RECOVERS = 0.50;
    private static final double MODERATE_FROM = 0.35;
    private static final double COMPLEX_FROM = 0.65;
    private static final double PREMIUM_FROM = 0.90;
    private static final double TOKENS_A_PRICE = 1e6;
    private static final double NANOS = 1e9;

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description = "labelled prompts; without, settled decisions are used")
    private @Nullable Path labels;

    @Option(
            names = "--strong-model",
            paramLabel = "MODEL",
            description = "whose price the curve's cost is of (default: the dearest cloud model that has one)")
    private @Nullable String strongModel;

    @Option(
            names = "--answer-tokens",
            paramLabel = "N",
            description = "tokens of an answer, for the cost (default: 300)")
    private int answerTokens = 300;

    @Option(names = "--since", paramLabel = "WHEN", description = "the decisions that are replayed (default: 24h)")
    private String since = "24h";

    @Option(names = "--apply", description = "write the proposal into the configuration file of this home's instance")
    private boolean apply;

    @Override
    public Integer call() {
        Instant now = Instant.now();
        Instant start = UsageCommand.start(since, now);
        requireSense();
        Optional<List<LabelledPrompts.Labelled>> prompts =
                Optional.ofNullable(labels).map(PolicyCalibrateCommand::enough);
        Calibration found = connection.call(channel -> {
            Cutoffs inForce = PolicyCommand.inForce(channel);
            List<SettledDecisions.Decision> decisions = new SettledDecisions(channel).since(start);
            Optional<ModelEntry> strong = prompts.flatMap(asked -> strong(channel));
            Optional<QualityCurve> curve = prompts.map(labelled -> curve(channel, labelled, strong));
            Cutoffs proposed =
                    curve.map(known -> ofCurve(known, now)).orElseGet(() -> ofDecisions(decisions, inForce, now));
            return new Calibration(
                    curve,
                    strong.map(entry -> new Calibration.Answers(entry.getModel().getId(), answerTokens)),
                    inForce,
                    proposed,
                    new Replay(decisions, proposed, start));
        });
        if (!output.json()) {
            System.out.println(found.text(since) + "\n");
        }
        Optional<PolicyFile> written = apply ? Optional.of(written(found.proposed())) : Optional.empty();
        System.out.println(
                output.json()
                        ? Output.json(found.json(written.map(PolicyFile::path)))
                        : end(found.proposed(), written));
        return ExitCodes.OK;
    }

    private void requireSense() {
        if (answerTokens < 0) {
            throw new CommandFault(ExitCodes.USAGE, "--answer-tokens: " + answerTokens + " (expected: >= 0)");
        }
        if (apply && connection.named().isPresent()) {
            throw new CommandFault(
                    ExitCodes.USAGE,
                    "--apply writes a configuration of this machine, and "
                            + connection.named().get()
                            + " need not read it: calibrate without --apply, and set gateway.policy.version and"
                            + " gateway.policy.cutoffs where that gateway is configured");
        }
    }

    private static List<LabelledPrompts.Labelled> enough(Path labels) {
        List<LabelledPrompts.Labelled> prompts = LabelledPrompts.read(labels);
        if (prompts.size() < LABELS_MIN) {
            throw new CommandFault(
                    ExitCodes.USAGE, labels + ": " + prompts.size() + " labels (expected: >= " + LABELS_MIN + ")");
        }
        return prompts;
    }

    private QualityCurve curve(
            ManagedChannel channel, List<LabelledPrompts.Labelled> prompts, Optional<ModelEntry> strong) {
        ModelPrice price = strong.map(ModelEntry::getPrice).orElseGet(ModelPrice::getDefaultInstance);
        ClassifierServiceBlockingStub classifier = ClassifierServiceGrpc.newBlockingStub(channel);
        QualityCurve curve = new QualityCurve(prompts.stream()
                .map(prompt -> judged(classifier, prompt, price))
                .toList());
        if (curve.strongQuality() <= curve.weakQuality()) {
            throw new CommandFault(
                    ExitCodes.FAILED,
                    String.format(
                            Locale.ROOT,
                            "by these labels the stronger model is no better (%.3f against %.3f): there is nothing to"
                                    + " route for",
                            curve.strongQuality(),
                            curve.weakQuality()));
        }
        return curve;
    }

    private static Cutoffs ofCurve(QualityCurve curve, Instant now) {
        return Cutoffs.proposed(
                curve.scoreRecovering(MODERATE_RECOVERS),
                curve.scoreRecovering(COMPLEX_RECOVERS),
                curve.scoreRecovering(PREMIUM_RECOVERS),
                now);
    }

    private QualityCurve.Prompt judged(
            ClassifierServiceBlockingStub classifier, LabelledPrompts.Labelled prompt, ModelPrice price) {
        Verdict verdict = verdict(classifier, prompt);
        double nanoUsd = (verdict.getEstimatedInputTokens() * (double) price.getInputNanoUsdPerMillion()
                        + answerTokens * (double) price.getOutputNanoUsdPerMillion())
                / TOKENS_A_PRICE;
        return new QualityCurve.Prompt(verdict.getScore(), prompt.weak(), prompt.strong(), nanoUsd / NANOS);
    }

    private static Verdict verdict(ClassifierServiceBlockingStub classifier, LabelledPrompts.Labelled prompt) {
        try {
            return classifier
                    .classifyPrompt(ClassifyPromptRequest.newBuilder()
                            .setText(prompt.prompt())
                            .build())
                    .getVerdict();
        } catch (StatusRuntimeException refused) {
            if (refused.getStatus().getCode() != Status.Code.INVALID_ARGUMENT) {
                throw refused;
            }
            throw new CommandFault(
                    ExitCodes.USAGE, prompt.where() + ": " + refused.getStatus().getDescription());
        }
    }

    /** The stronger model that was named, or the dearest that a cloud has a price for; empty: none has. */
    private Optional<ModelEntry> strong(ManagedChannel channel) {
        List<ModelEntry> priced = GatewayServiceGrpc.newBlockingStub(channel)
                .listModels(
                        ListModelsRequest.newBuilder().setPageSize(MODELS_MAX).build())
                .getModelsList()
                .stream()
                .filter(ModelEntry::hasPrice)
                .toList();
        if (strongModel == null) {
            return priced.stream()
                    .filter(entry -> entry.getTarget() == RouteTarget.ROUTE_TARGET_CLOUD)
                    .max(Comparator.comparingLong(entry -> entry.getPrice().getOutputNanoUsdPerMillion()));
        }
        return Optional.of(priced.stream()
                .filter(entry -> entry.getModel().getId().equals(strongModel))
                .findFirst()
                .orElseThrow(() -> new CommandFault(
                        ExitCodes.USAGE,
                        "--strong-model: " + strongModel
                                + " has no price here. See: millrace models, millrace price set")));
    }

    private Cutoffs ofDecisions(List<SettledDecisions.Decision> decisions, Cutoffs inForce, Instant now) {
        if (decisions.size() < DECISIONS_MIN) {
            throw new CommandFault(
                    ExitCodes.FAILED,
                    decisions.size() + " settled decisions since " + since + " (expected: >= " + DECISIONS_MIN
                            + "). Look further back with --since, or label prompts and use --labels");
        }
        double[] scores = decisions.stream()
                .mapToDouble(SettledDecisions.Decision::score)
                .sorted()
                .toArray();
        return Cutoffs.proposed(
                        place(scores, MODERATE_FROM), place(scores, COMPLEX_FROM), place(scores, PREMIUM_FROM), now)
                .within(STEP_MAX, inForce, now);
    }

    private static double place(double[] rising, double share) {
        return rising[(int) Math.min(rising.length - 1L, Math.round(share * rising.length))];
    }

    private PolicyFile written(Cutoffs proposal) {
        PolicyFile file = new PolicyFile(connection.config());
        file.write(proposal);
        return file;
    }

    private String end(Cutoffs proposal, Optional<PolicyFile> written) {
        return written.map(file -> proposal.version() + " is written to " + file.path()
                        + "; it counts from the next start: " + connection.typed("down") + " && "
                        + connection.typedUp())
                .orElse("nothing was changed; --apply writes the proposal");
    }
}
