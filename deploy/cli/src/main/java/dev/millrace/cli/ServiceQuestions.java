package dev.millrace.cli;

import dev.millrace.cli.ServiceState.Condition;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.classifier.v1.TierCutoffs;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.schema.gateway.v1.RouteTarget;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.UnreachedEngine;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The small question that each service is asked: by {@code status} through the gateway, by {@code up} at its own door once
 * it has started. What one of them calls healthy, the other does too.
 */
public final class ServiceQuestions {
    /** Long enough for a busy machine, on which a first connection alone takes a second. */
    private static final long QUESTION_SECONDS = 10;

    private static final int PAGE_SIZE_MAX = 1000;
    /** In whose name the gateway asks for callers without a key. */
    private static final String TENANT = "local";

    private static final String NOT_TOLD = "not known: the gateway did not list its models";

    /** An operator may want none; an engine that answers and has none can be given one. */
    private static final String NO_LOCAL_MODEL = "no model of its own: only the cloud can answer";

    private static final String PROMPT = "hello";

    private ServiceQuestions() {}

    /** How each service of an instance is, as its gateway can tell. */
    static List<ServiceState> throughGateway(Channel channel) {
        List<ServiceState> states = new ArrayList<>();
        ListModelsResponse.Builder models = ListModelsResponse.newBuilder();
        ServiceState gateway = gateway(channel, models);
        states.add(gateway);
        states.add(billing(channel, ""));
        states.add(classifier(channel));
        if (gateway.works()) {
            states.add(backend("local-inference", models.build(), RouteTarget.ROUTE_TARGET_LOCAL));
            states.add(backend("cloud-relay", models.build(), RouteTarget.ROUTE_TARGET_CLOUD));
        } else {
            states.add(new ServiceState("local-inference", false, NOT_TOLD));
            states.add(new ServiceState("cloud-relay", false, NOT_TOLD));
        }
        return states;
    }

    /**
     * How one service behind the gateway is.
     *
     * @param service its name, such as {@code billing}
     * @param channel to its own door
     */
    public static ServiceState atOwnDoor(String service, Channel channel) {
        return switch (service) {
            case "billing" -> billing(channel, TENANT);
            case "classifier" -> classifier(channel);
            case "local-inference" -> listing(service, channel, RouteTarget.ROUTE_TARGET_LOCAL);
            case "cloud-relay" -> listing(service, channel, RouteTarget.ROUTE_TARGET_CLOUD);
            default ->
                throw new IllegalArgumentException("service: " + service + " (expected: one behind the gateway)");
        };
    }

    /** @param models takes what it lists */
    private static ServiceState gateway(Channel channel, ListModelsResponse.Builder models) {
        return question("gateway", () -> {
            models.mergeFrom(GatewayServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                    .listModels(ListModelsRequest.newBuilder()
                            .setPageSize(PAGE_SIZE_MAX)
                            .build()));
            return models.getModelsCount() + " models";
        });
    }

    /** @param tenant whose budget is asked for; empty: the gateway tells it */
    private static ServiceState billing(Channel channel, String tenant) {
        return question(
                "billing",
                () -> UsageCommand.budget(BillingServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                        .getBudget(
                                GetBudgetRequest.newBuilder().setTenant(tenant).build())
                        .getBudget()));
    }

    /** Nobody acts on this score, so nothing is embedded for it: an instance that nobody has asked does without. */
    private static ServiceState classifier(Channel channel) {
        return question(
                "classifier",
                () -> ClassifierServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                        .classifyPrompt(ClassifyPromptRequest.newBuilder()
                                .setText(PROMPT)
                                .setActsOn(TierCutoffs.getDefaultInstance())
                                .build())
                        .getVerdict()
                        .getModelVersion());
    }

    private static ServiceState question(String service, Supplier<String> ask) {
        try {
            return new ServiceState(service, true, ask.get());
        } catch (StatusRuntimeException failure) {
            return new ServiceState(service, false, why(failure));
        }
    }

    private static String why(StatusRuntimeException failure) {
        return failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED
                ? "no answer within " + QUESTION_SECONDS + " s"
                : FaultText.message(failure);
    }

    /** What a backend lists itself, of engines that it has never reached too. */
    private static ServiceState listing(String service, Channel channel, RouteTarget target) {
        try {
            var listed = InferenceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                    .listModels(dev.millrace.schema.inference.v1.ListModelsRequest.newBuilder()
                            .setPageSize(PAGE_SIZE_MAX)
                            .build());
            return backend(service, listed.getModelsList(), target, listed.getUnreachedEnginesList());
        } catch (StatusRuntimeException failure) {
            return new ServiceState(service, false, why(failure));
        }
    }

    private static ServiceState backend(String service, ListModelsResponse models, RouteTarget target) {
        List<Model> own = models.getModelsList().stream()
                .filter(entry -> entry.getTarget() == target)
                .map(ModelEntry::getModel)
                .toList();
        Optional<String> seen = LastSeen.of(models).of(target);
        if (seen.isPresent()) {
            Condition condition =
                    own.stream().anyMatch(ServiceQuestions::isUsable) ? Condition.DEGRADED : Condition.FAILING;
            return new ServiceState(service, condition, usable(own) + ", " + seen.get());
        }
        return backend(
                service,
                own,
                target,
                target == RouteTarget.ROUTE_TARGET_LOCAL ? models.getUnreachedEnginesList() : List.of());
    }

    private static ServiceState backend(
            String service, List<Model> models, RouteTarget target, List<UnreachedEngine> unreached) {
        if (target == RouteTarget.ROUTE_TARGET_LOCAL && models.isEmpty() && unreached.isEmpty()) {
            return new ServiceState(service, true, NO_LOCAL_MODEL);
        }
        String why = Stream.concat(
                        models.stream()
                                .sorted(Comparator.comparing(
                                        model -> model.getState() != ModelState.MODEL_STATE_RESTING))
                                .map(Model::getStateDetail),
                        unreached.stream().map(UnreachedEngine::getDetail))
                .filter(detail -> !detail.isEmpty())
                .findFirst()
                .map(detail -> ", " + detail)
                .orElse("");
        if (models.stream().anyMatch(model -> model.getState() == ModelState.MODEL_STATE_RESTING)) {
            return new ServiceState(service, Condition.DEGRADED, usable(models) + why);
        }
        // A cloud without a key is a choice of the operator's, not an illness.
        boolean healthy = target == RouteTarget.ROUTE_TARGET_CLOUD || answers(models, !unreached.isEmpty());
        return new ServiceState(service, healthy, usable(models) + why);
    }

    private static String usable(List<Model> models) {
        return models.stream().filter(ServiceQuestions::isUsable).count() + " of " + models.size()
                + " models can be used";
    }

    /**
     * Whether one of those that were made to answer prompts can.
     *
     * @param more whether there are engines whose models nobody knows; where there is none, embeddings may be all that is wanted
     */
    private static boolean answers(List<Model> models, boolean more) {
        List<Model> answering = models.stream()
                .filter(model -> model.getCapabilities().getChat())
                .toList();
        return (answering.isEmpty() && !more ? models : answering).stream().anyMatch(ServiceQuestions::isUsable);
    }

    private static boolean isUsable(Model model) {
        return switch (model.getState()) {
            case MODEL_STATE_UNAVAILABLE, MODEL_STATE_RESTING -> false;
            case MODEL_STATE_LOADED, MODEL_STATE_COLD, MODEL_STATE_UNSPECIFIED, UNRECOGNIZED -> true;
        };
    }
}
