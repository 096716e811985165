package dev.millrace.cli;

import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.ExplainRouteRequest;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The scores at which tiers begin: shows them, proposes better ones, says what others would change. */
@Command(
        name = "policy",
        description = "Shows the scores at which tiers begin; calibrates and replays them.",
        subcommands = {PolicyCalibrateCommand.class, PolicyReplayCommand.class},
        mixinStandardHelpOptions = true)
final class PolicyCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    /** Without a word more, the cut-offs in force. */
    @Override
    public Integer call() {
        Cutoffs cutoffs = connection.call(PolicyCommand::inForce);
        System.out.println(output.json() ? Output.json(cutoffs.json()) : cutoffs.text());
        return ExitCodes.OK;
    }

    /** The cut-offs that the running gateway decides by. */
    static Cutoffs inForce(ManagedChannel channel) {
        StreamCompletionRequest any = StreamCompletionRequest.newBuilder()
                .setModel("auto")
                .addAllMessages(List.of(PromptOptions.message(Role.ROLE_USER, "hello")))
                .build();
        return Cutoffs.of(GatewayServiceGrpc.newBlockingStub(channel)
                .explainRoute(
                        ExplainRouteRequest.newBuilder().setCompletion(any).build())
                .getCutoffs());
    }
}
