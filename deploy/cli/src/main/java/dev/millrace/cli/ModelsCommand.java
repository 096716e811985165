package dev.millrace.cli;

import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import dev.millrace.schema.inference.v1.ModelState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the models that a prompt may name. */
@Command(name = "models", description = "Lists the models that a prompt may name.", mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {
    private static final int PAGE_SIZE = 1000;
    private static final String NAMES =
            "Besides these: auto (the policy chooses), local (never leaves), cloud (never a local engine).";

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        ListModelsResponse models = connection.call(channel -> GatewayServiceGrpc.newBlockingStub(channel)
                .listModels(
                        ListModelsRequest.newBuilder().setPageSize(PAGE_SIZE).build()));
        System.out.println(output.json() ? Output.json(models) : text(models));
        return ExitCodes.OK;
    }

    private static String text(ListModelsResponse models) {
        Table table = new Table(4, 5, 6);
        table.row("MODEL", "ALSO CALLED", "ROUTE", "ENGINE", "CONTEXT", "IN USD/M", "OUT USD/M", "CAN", "STATE");
        LastSeen seen = LastSeen.of(models);
        models.getModelsList().forEach(entry -> add(table, entry, seen));
        return Stream.of(
                        Stream.of(table.render()),
                        whyNot(models),
                        seen.ofBackendsWithout(models.getModelsList()),
                        Stream.of(NAMES))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
    }

    private static void add(Table table, ModelEntry entry, LastSeen seen) {
        Model model = entry.getModel();
        table.row(
                model.getId(),
                Stream.concat(model.getAliasesList().stream(), entry.getAliasesList().stream())
                        .distinct()
                        .collect(Collectors.joining(", ")),
                FaultText.label(entry.getTarget()),
                model.getEngine(),
                model.hasContextLength() ? Units.count(model.getContextLength()) : "?",
                entry.hasPrice() ? Units.usdExact(entry.getPrice().getInputNanoUsdPerMillion()) : "-",
                entry.hasPrice() ? Units.usdExact(entry.getPrice().getOutputNanoUsdPerMillion()) : "-",
                abilities(model.getCapabilities()),
                state(entry, seen));
    }

    /** What is unavailable says itself since when. */
    private static String state(ModelEntry entry, LastSeen seen) {
        ModelState state = entry.getModel().getState();
        String word = word(state);
        return state == ModelState.MODEL_STATE_UNAVAILABLE
                ? word
                : word + seen.of(entry.getTarget()).map(when -> ", " + when).orElse("");
    }

    /** Models of one engine mostly lack the same thing, so it is said once. */
    private static Stream<String> whyNot(ListModelsResponse models) {
        return models.getModelsList().stream()
                .map(ModelEntry::getModel)
                .filter(model -> !model.getStateDetail().isEmpty())
                .map(model -> word(model.getState()) + ": " + model.getEngine() + ": " + model.getStateDetail())
                .distinct();
    }

    private static String word(ModelState state) {
        return state.name().substring("MODEL_STATE_".length()).toLowerCase(Locale.ROOT);
    }

    private static String abilities(ModelCapabilities can) {
        List<String> words = new ArrayList<>();
        add(words, can.getChat(), "chat");
        add(words, can.getTools(), "tools");
        add(words, can.getImages(), "images");
        add(words, can.getJsonSchema(), "schema");
        add(words, can.getEmbeddings(), "embeddings");
        return String.join(" ", words);
    }

    private static void add(List<String> words, boolean able, String word) {
        if (able) {
            words.add(word);
        }
    }
}
