package dev.millrace.cli;

import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.ExplainRouteRequest;
import dev.millrace.schema.gateway.v1.ExplainRouteResponse;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says where a prompt would go and why, without running it. */
@Command(
        name = "route",
        description = "Says where a prompt would go and why, without running it.",
        mixinStandardHelpOptions = true)
final class RouteCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private PromptOptions prompt = new PromptOptions();

    @Mixin
    private Output output = new Output();

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "the prompt; - reads it from stdin")
    private List<String> words = List.of();

    @Override
    public Integer call() {
        String text = PromptText.of(words);
        ExplainRouteResponse answer = connection.call(channel -> GatewayServiceGrpc.newBlockingStub(channel)
                .explainRoute(ExplainRouteRequest.newBuilder()
                        .setCompletion(prompt.request(List.of(PromptOptions.message(Role.ROLE_USER, text))))
                        .build()));
        System.out.println(output.json() ? Output.json(answer) : RouteText.of(answer));
        return ExitCodes.OK;
    }
}
