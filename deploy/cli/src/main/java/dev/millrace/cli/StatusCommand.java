package dev.millrace.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.millrace.cli.ServiceState.Condition;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Asks every service a small question through the public port, and says how each answered. */
@Command(
        name = "status",
        description = "Asks every service a small question and says how it answered.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        List<ServiceState> states = MeshReport.with(connection.call(ServiceQuestions::throughGateway), connection);
        System.out.println(output.json() ? json(states) : text(states));
        return states.stream().allMatch(ServiceState::works) ? ExitCodes.OK : ExitCodes.UNAVAILABLE;
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
