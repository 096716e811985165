package dev.millrace.cli;

import dev.millrace.schema.billing.v1.CostRow;
import dev.millrace.schema.billing.v1.GetTurnRequest;
import dev.millrace.schema.billing.v1.GetTurnResponse;
import dev.millrace.schema.billing.v1.TurnState;
import dev.millrace.schema.billing.v1.TurnUsage;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import dev.millrace.schema.completion.v1.TokenUsage;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows one turn as the ledger knows it: its charge, its provider calls, its decision. */
@Command(
        name = "turn",
        description = "Shows one turn: its charge, its provider calls and the decision behind it.",
        mixinStandardHelpOptions = true)
final class TurnCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Parameters(paramLabel = "ID", description = "the turn's id, or your own request id")
    private String id = "";

    @Override
    public Integer call() {
        GetTurnResponse answer = connection.call(channel -> UsageServiceGrpc.newBlockingStub(channel)
                .getTurn(GetTurnRequest.newBuilder().setTurnId(id).build()));
        System.out.println(output.json() ? Output.json(answer) : text(answer));
        return ExitCodes.OK;
    }

    private static String text(GetTurnResponse answer) {
        TurnUsage turn = answer.getTurn();
        Table costs = new Table(3, 4, 5);
        costs.row("ATTEMPT", "PROVIDER", "MODEL", "IN", "OUT", "COST USD", "OUTCOME");
        answer.getCostsList()
                .forEach(row -> costs.row(
                        row.getAttemptId().substring(row.getAttemptId().indexOf('/') + 1) + "." + row.getTry(),
                        row.getProvider(),
                        row.getModel(),
                        tokens(row.getUsage().hasInputTokens(), row.getUsage().getInputTokens()),
                        tokens(row.getUsage().hasOutputTokens(), row.getUsage().getOutputTokens()),
                        Units.usdColumn(row.getCostNanoUsd()),
                        outcome(row)));
        return head(turn) + "\n" + costs.render()
                + (answer.getDecisionJson().isEmpty() ? "" : "\ndecision " + answer.getDecisionJson());
    }

    private static String head(TurnUsage turn) {
        String state = turn.getState() == TurnState.TURN_STATE_SETTLED
                ? turn.getEnd().name().substring("TURN_END_".length())
                : turn.getState().name().substring("TURN_STATE_".length());
        return String.format(
                Locale.ROOT,
                "turn %s   %s   %s %s   tier %s   charged %s USD, saved %s USD",
                turn.getTurnId(),
                state.toLowerCase(Locale.ROOT),
                turn.getRoute(),
                turn.getModel(),
                turn.getTier().isEmpty() ? "-" : turn.getTier(),
                Units.usd(turn.getCharge().getChargedNanoUsd()),
                Units.usd(turn.getCharge().getSavedNanoUsd()));
    }

    private static String tokens(boolean known, long count) {
        return known ? Units.count(count) : "?";
    }

    private static String outcome(CostRow row) {
        TokenUsage usage = row.getUsage();
        String provenance = usage.getProvenance()
                .name()
                .substring("USAGE_PROVENANCE_".length())
                .toLowerCase(Locale.ROOT);
        return provenance.equals("unspecified") ? row.getOutcome() : row.getOutcome() + " (" + provenance + ")";
    }
}
