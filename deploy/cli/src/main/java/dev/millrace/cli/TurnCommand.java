package dev.millrace.cli;

import dev.millrace.schema.billing.v1.GetTurnRequest;
import dev.millrace.schema.billing.v1.GetTurnResponse;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows one turn as the ledger knows it: why it went where it went, who was tried, what it cost. */
@Command(
        name = "turn",
        description = "Shows one turn: why it went where it went, who was tried, what it cost.",
        mixinStandardHelpOptions = true)
final class TurnCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Parameters(
            paramLabel = "ID",
            description = "the turn's id or its beginning as `chat` shows it, the id of an HTTP answer (chatcmpl-…), or"
                    + " your own request id")
    private String id = "";

    @Override
    public Integer call() {
        GetTurnResponse answer = connection.call(channel -> UsageServiceGrpc.newBlockingStub(channel)
                .getTurn(GetTurnRequest.newBuilder().setTurnId(TurnId.typed(id)).build()));
        System.out.println(output.json() ? Output.json(answer) : TurnText.of(answer));
        return ExitCodes.OK;
    }
}
