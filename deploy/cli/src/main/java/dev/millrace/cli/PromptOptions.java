package dev.millrace.cli;

import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.gateway.v1.RoutingPreference;
import dev.millrace.schema.gateway.v1.RoutingPreference.Goal;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that shape a prompt, the same for asking and for explaining. */
final class PromptOptions {
    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "auto, local, cloud, an alias or a model (default: auto)")
    private String model = "auto";

    @Option(names = "--system", paramLabel = "TEXT", description = "instructions that stand above the conversation")
    private @Nullable String system;

    @Option(names = "--goal", paramLabel = "GOAL", description = "balanced, cheap, fast or best")
    private @Nullable String goal;

    @Option(names = "--max-cost", paramLabel = "USD", description = "the most that the answer may cost")
    private @Nullable String maxCost;

    @Option(
            names = "--budget-sensitive",
            description = "once 80 %% of the day's budget is used, the cheapest candidate first")
    private boolean budgetSensitive;

    @Option(names = "--max-tokens", paramLabel = "N", description = "the most tokens to generate")
    private @Nullable Long maxTokens;

    @Option(names = "--temperature", paramLabel = "T", description = "randomness, 0 to 2")
    private @Nullable Double temperature;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "with it, and where the model allows, the same text again")
    private @Nullable Long seed;

    @Option(names = "--request-id", paramLabel = "ID", description = "your own id for this turn")
    private String requestId = "";

    String model() {
        return model;
    }

    void model(String other) {
        model = other;
    }

    /** The request for a conversation that ends with the user's message. */
    StreamCompletionRequest request(List<Message> conversation) {
        StreamCompletionRequest.Builder request = StreamCompletionRequest.newBuilder()
                .setRequestId(requestId)
                .setModel(model)
                .setSampling(sampling())
                .setPreference(preference());
        if (system != null) {
            request.addMessages(message(Role.ROLE_SYSTEM, system));
        }
        return request.addAllMessages(conversation).build();
    }

    private SamplingParameters sampling() {
        SamplingParameters.Builder sampling = SamplingParameters.newBuilder();
        if (maxTokens != null) {
            sampling.setMaxOutputTokens(maxTokens);
        }
        if (temperature != null) {
            sampling.setTemperature(temperature);
        }
        if (seed != null) {
            sampling.setSeed(seed);
        }
        return sampling.build();
    }

    private RoutingPreference preference() {
        RoutingPreference.Builder preference = RoutingPreference.newBuilder().setBudgetSensitive(budgetSensitive);
        if (goal != null) {
            preference.setGoal(goal(goal));
        }
        if (maxCost != null) {
            preference.setMaxCostNanoUsd(Units.nanoUsd("--max-cost", maxCost));
        }
        return preference.build();
    }

    private static Goal goal(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "balanced" -> Goal.GOAL_BALANCED;
            case "cheap" -> Goal.GOAL_CHEAP;
            case "fast" -> Goal.GOAL_FAST;
            case "best" -> Goal.GOAL_BEST;
            default ->
                throw new CommandFault(
                        ExitCodes.USAGE, "--goal: " + name + " (expected: balanced, cheap, fast or best)");
        };
    }

    static Message message(Role role, String text) {
        return Message.newBuilder()
                .setRole(role)
                .addParts(ContentPart.newBuilder().setText(text))
                .build();
    }
}
