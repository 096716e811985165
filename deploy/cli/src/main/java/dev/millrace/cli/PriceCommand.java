package dev.millrace.cli;

import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.ListPricesRequest;
import dev.millrace.schema.billing.v1.ListPricesResponse;
import dev.millrace.schema.billing.v1.Price;
import dev.millrace.schema.billing.v1.PriceServiceGrpc;
import dev.millrace.schema.billing.v1.PutPriceRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists price rows, and adds new ones. */
@Command(name = "price", description = "Lists prices, and sets them.", mixinStandardHelpOptions = true)
final class PriceCommand implements Callable<Integer> {
    private static final int PAGE_SIZE = 1000;

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    /** Without a word more, the list. */
    @Override
    public Integer call() {
        return list(connection, output, false);
    }

    @Command(name = "list", description = "Lists the prices in force.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Option(names = "--all", description = "rows that are no longer in force too") boolean all) {
        ListPricesResponse prices = connection.call(channel -> PriceServiceGrpc.newBlockingStub(channel)
                .listPrices(ListPricesRequest.newBuilder()
                        .setIncludeHistory(all)
                        .setPageSize(PAGE_SIZE)
                        .build()));
        System.out.println(output.json() ? Output.json(prices) : text(prices));
        return ExitCodes.OK;
    }

    @Command(
            name = "set",
            description = "Sets a model's price from now on; earlier rows stay.",
            mixinStandardHelpOptions = true)
    int set(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "MODEL") String model,
            @Option(names = "--input", required = true, paramLabel = "USD", description = "a million tokens of prompt")
                    String input,
            @Option(names = "--output", required = true, paramLabel = "USD", description = "a million of answer")
                    String answer,
            @Option(names = "--cached-input", paramLabel = "USD", description = "a million cached tokens of prompt")
                    @Nullable
                    String cached,
            @Option(names = "--source", paramLabel = "TEXT", description = "where the price comes from") @Nullable
                    String source) {
        Price.Builder price = Price.newBuilder()
                .setModel(model)
                .setInputNanoUsdPerMillion(Units.nanoUsd("--input", input))
                .setOutputNanoUsdPerMillion(Units.nanoUsd("--output", answer))
                .setSource(source == null ? "set by " + System.getProperty("user.name") : source);
        if (cached != null) {
            price.setCachedInputNanoUsdPerMillion(Units.nanoUsd("--cached-input", cached));
        }
        Price row = connection
                .call(channel -> PriceServiceGrpc.newBlockingStub(channel)
                        .putPrice(PutPriceRequest.newBuilder()
                                .setPrice(price)
                                .setActor(System.getProperty("user.name"))
                                .build()))
                .getPrice();
        System.out.println(
                output.json()
                        ? Output.json(row)
                        : text(ListPricesResponse.newBuilder().addPrices(row).build()));
        return ExitCodes.OK;
    }

    private static String text(ListPricesResponse prices) {
        Table table = new Table(1, 2);
        table.row("MODEL", "IN USD/M", "OUT USD/M", "SINCE", "SOURCE");
        prices.getPricesList()
                .forEach(price -> table.row(
                        price.getModel(),
                        Units.usdExact(price.getInputNanoUsdPerMillion()),
                        Units.usdExact(price.getOutputNanoUsdPerMillion()),
                        WireTimes.fromWire(price.getValidFromTime()).toString().substring(0, 10),
                        price.getSource()));
        return table.render();
    }
}
