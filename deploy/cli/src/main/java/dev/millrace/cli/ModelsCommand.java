package dev.millrace.cli;

import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the models that a prompt may name. */
@Command(name = "models", description = "Lists the models that a prompt may name.", mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {
    private static final int PAGE_SIZE = 1000;

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
        Table table = new Table(3, 4, 5);
        table.row("MODEL", "ROUTE", "ENGINE", "CONTEXT", "IN USD/M", "OUT USD/M", "CAN", "STATE");
        models.getModelsList().forEach(entry -> add(table, entry));
        return table.render();
    }

    private static void add(Table table, ModelEntry entry) {
        Model model = entry.getModel();
        table.row(
                model.getId(),
                FaultText.label(entry.getTarget()),
                model.getEngine(),
                model.hasContextLength() ? Units.count(model.getContextLength()) : "?",
                entry.hasPrice() ? Units.usdExact(entry.getPrice().getInputNanoUsdPerMillion()) : "-",
                entry.hasPrice() ? Units.usdExact(entry.getPrice().getOutputNanoUsdPerMillion()) : "-",
                abilities(model.getCapabilities()),
                state(model));
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

    private static String state(Model model) {
        String name = model.getState().name().substring("MODEL_STATE_".length()).toLowerCase(Locale.ROOT);
        return model.getStateDetail().isEmpty() ? name : name + ": " + model.getStateDetail();
    }
}
