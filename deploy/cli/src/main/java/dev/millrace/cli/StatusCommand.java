package dev.millrace.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.millrace.cli.ServiceState.Condition;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.classifier.v1.ClassifierServiceGrpc;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.schema.gateway.v1.RouteTarget;
import dev.millrace.schema.inference.v1.ModelState;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Asks every service a small question through the public port, and says how each answered. */
@Command(
        name = "status",
        description = "Asks every service a small question and says how it answered.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    /** Long enough for a busy machine, on which a first connection alone takes a second. */
    private static final long QUESTION_SECONDS = 10;

    private static final String NOT_TOLD = "not known: the gateway did not list its models";

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        List<ServiceState> states = MeshReport.with(connection.call(StatusCommand::ask), connection);
        System.out.println(output.json() ? json(states) : text(states));
        return states.stream().allMatch(ServiceState::works) ? ExitCodes.OK : ExitCodes.UNAVAILABLE;
    }

    static List<ServiceState> ask(Channel channel) {
        List<ServiceState> states = new ArrayList<>();
        ListModelsResponse.Builder models = ListModelsResponse.newBuilder();
        ServiceState gateway = question("gateway", () -> {
            models.mergeFrom(GatewayServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                    .listModels(ListModelsRequest.newBuilder().setPageSize(1000).build()));
            return models.getModelsCount() + " models";
        });
        states.add(gateway);
        states.add(question(
                "billing",
                () -> UsageCommand.budget(BillingServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                        .getBudget(GetBudgetRequest.getDefaultInstance())
                        .getBudget())));
        states.add(question(
                "classifier",
                () -> ClassifierServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(QUESTION_SECONDS, TimeUnit.SECONDS)
                        .classifyPrompt(ClassifyPromptRequest.newBuilder()
                                .setText("hello")
                                .build())
                        .getVerdict()
                        .getModelVersion()));
        if (gateway.works()) {
            states.add(backend("local-inference", models.build(), RouteTarget.ROUTE_TARGET_LOCAL));
            states.add(backend("cloud-relay", models.build(), RouteTarget.ROUTE_TARGET_CLOUD));
        } else {
            states.add(new ServiceState("local-inference", false, NOT_TOLD));
            states.add(new ServiceState("cloud-relay", false, NOT_TOLD));
        }
        return states;
    }

    private static ServiceState question(String service, Supplier<String> ask) {
        try {
            return new ServiceState(service, true, ask.get());
        } catch (StatusRuntimeException failure) {
            boolean late = failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
            return new ServiceState(
                    service, false, late ? "no answer within " + QUESTION_SECONDS + " s" : FaultText.message(failure));
        }
    }

    private static ServiceState backend(String service, ListModelsResponse models, RouteTarget target) {
        List<ModelEntry> own = models.getModelsList().stream()
                .filter(entry -> entry.getTarget() == target)
                .toList();
        long usable = own.stream().filter(StatusCommand::isUsable).count();
        String can = usable + " of " + own.size() + " models can be used";
        Optional<String> seen = LastSeen.of(models).of(target);
        if (seen.isPresent()) {
            Condition condition = usable > 0 ? Condition.DEGRADED : Condition.FAILING;
            return new ServiceState(service, condition, can + ", " + seen.get());
        }
        String why = own.stream()
                .map(entry -> entry.getModel().getStateDetail())
                .filter(detail -> !detail.isEmpty())
                .findFirst()
                .map(detail -> ", " + detail)
                .orElse("");
        // A cloud without a key is a choice of the operator's, not an illness.
        boolean healthy = target == RouteTarget.ROUTE_TARGET_CLOUD || (usable > 0 && answers(own));
        return new ServiceState(service, healthy, can + why);
    }

    /** Whether one of those that were made to answer prompts can; where there is none, embeddings are all that is wanted. */
    private static boolean answers(List<ModelEntry> models) {
        List<ModelEntry> answering = models.stream()
                .filter(entry -> entry.getModel().getCapabilities().getChat())
                .toList();
        return answering.isEmpty() || answering.stream().anyMatch(StatusCommand::isUsable);
    }

    private static boolean isUsable(ModelEntry entry) {
        return entry.getModel().getState() != ModelState.MODEL_STATE_UNAVAILABLE;
    }

    private String text(List<ServiceState> states) {
        Table table = new Table();
        states.forEach(state -> table.row("  " + state.service(), word(state.condition()), state.detail()));
        return heading() + table.render();
    }

    private static String word(Condition condition) {
        return switch (condition) {
            case HEALTHY -> "healthy";
            case DEGRADED -> "degraded";
            case FAILING -> "FAILING";
        };
    }

    /** Which gateway answered. */
    private String heading() {
        return connection
                .named()
                .map(address -> "gRPC " + address + "\n")
                .or(() -> connection.instance().map(this::heading))
                .orElse("");
    }

    private String heading(Instance running) {
        String http = running.httpAddress().map(address -> "   HTTP " + address).orElse("");
        return "process " + running.pid() + "   gRPC " + running.grpcAddress() + http + "   home " + connection.home()
                + "\n";
    }

    private static String json(List<ServiceState> states) {
        JsonArray services = new JsonArray();
        states.forEach(state -> {
            JsonObject row = new JsonObject();
            row.addProperty("service", state.service());
            row.addProperty("healthy", state.works());
            row.addProperty("condition", state.condition().name().toLowerCase(Locale.ROOT));
            row.addProperty("detail", state.detail());
            services.add(row);
        });
        JsonObject all = new JsonObject();
        all.add("services", services);
        return all.toString();
    }
}
