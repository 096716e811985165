package dev.millrace.cli;

import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.Budget;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.billing.v1.SetBudgetRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the daily budget, and sets it. */
@Command(name = "budget", description = "Shows the daily budget, and sets it.", mixinStandardHelpOptions = true)
final class BudgetCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Option(names = "--daily", paramLabel = "USD", description = "the budget of a day (UTC) from now on")
    private @Nullable String daily;

    @Override
    public Integer call() {
        Budget budget = connection.call(channel -> {
            BillingServiceGrpc.BillingServiceBlockingStub billing = BillingServiceGrpc.newBlockingStub(channel);
            return daily == null
                    ? billing.getBudget(GetBudgetRequest.getDefaultInstance()).getBudget()
                    : billing.setBudget(SetBudgetRequest.newBuilder()
                                    .setDailyNanoUsd(Units.nanoUsd("--daily", daily))
                                    .setActor(System.getProperty("user.name"))
                                    .build())
                            .getBudget();
        });
        System.out.println(output.json() ? Output.json(budget) : UsageCommand.budget(budget));
        return ExitCodes.OK;
    }
}
