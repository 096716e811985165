package dev.millrace.cli;

import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.Charge;
import dev.millrace.schema.billing.v1.CostRow;
import dev.millrace.schema.billing.v1.GetTurnResponse;
import dev.millrace.schema.billing.v1.TurnHold;
import dev.millrace.schema.billing.v1.TurnState;
import dev.millrace.schema.billing.v1.TurnUsage;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongFunction;

/** A turn as the operator asks for it: what it was, why it went where it went, who was tried, what it cost. */
final class TurnText {
    private TurnText() {}

    static String of(GetTurnResponse answer) {
        List<String> parts = new ArrayList<>();
        parts.add(head(answer));
        Optional<Decision> decision = Decision.read(answer.getDecisionJson());
        decision.ifPresent(known -> {
            parts.add("why\n" + known.why().indent(2).stripTrailing());
            parts.add("candidates\n" + known.candidates());
            parts.add("attempts\n" + known.attempts());
        });
        if (decision.isEmpty() && !answer.getDecisionJson().isEmpty()) {
            parts.add("decision " + answer.getDecisionJson());
        }
        if (answer.getHoldsCount() > 0) {
            parts.add("held of the budget\n" + holds(answer.getHoldsList()));
        }
        if (answer.getCostsCount() > 0) {
            parts.add("calls and what they cost you\n" + costs(answer.getCostsList()));
        }
        return String.join("\n", parts);
    }

    private static String head(GetTurnResponse answer) {
        TurnUsage turn = answer.getTurn();
        List<String> facts = new ArrayList<>();
        facts.add((turn.getRoute() + " " + turn.getModel()).strip());
        facts.add(tokens(turn.getUsage()));
        wasted(answer).ifPresent(facts::add);
        if (turn.hasFirstToken()) {
            facts.add("first token " + Units.duration(turn.getFirstToken()));
        }
        if (turn.hasTotal()) {
            facts.add("total " + Units.duration(turn.getTotal()));
        }
        return "turn " + turn.getTurnId() + "   "
                + WireTimes.fromWire(turn.getCreateTime()).truncatedTo(ChronoUnit.SECONDS) + "   " + state(turn)
                + (turn.getRequestId().isEmpty() ? "" : "   request id " + turn.getRequestId())
                + "\n  " + String.join("   ", facts) + "\n  " + charge(turn.getCharge());
    }

    /** The ledger knows what nobody got where both sides were counted; against an estimate there is another one. */
    private static Optional<String> wasted(GetTurnResponse answer) {
        TurnUsage turn = answer.getTurn();
        if (turn.getWastedOutputTokens() > 0) {
            return Optional.of(Units.count(turn.getWastedOutputTokens()) + " wasted");
        }
        boolean estimated = turn.getState() == TurnState.TURN_STATE_SETTLED
                && turn.getUsage().getProvenance() == UsageProvenance.USAGE_PROVENANCE_ESTIMATED;
        if (!estimated) {
            return Optional.empty();
        }
        long made = answer.getCostsList().stream()
                .mapToLong(call -> call.getUsage().getOutputTokens())
                .sum();
        long more = made - turn.getUsage().getOutputTokens();
        return more > 0 ? Optional.of("about " + Units.count(more) + " wasted (estimated)") : Optional.empty();
    }

    private static String state(TurnUsage turn) {
        String state = turn.getState() == TurnState.TURN_STATE_SETTLED
                ? turn.getEnd().name().substring("TURN_END_".length())
                : turn.getState().name().substring("TURN_STATE_".length());
        return state.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String charge(Charge charge) {
        String charged = "charged " + Units.usd(charge.getChargedNanoUsd()) + " USD";
        return charge.getSavedNanoUsd() > 0
                ? charged + ", saved " + Units.usd(charge.getSavedNanoUsd()) + " against " + charge.getReferenceModel()
                : charged;
    }

    private static String holds(List<TurnHold> holds) {
        Table table = new Table(0, 2);
        LongFunction<String> usd = Units.usdColumn(holds.stream().mapToLong(TurnHold::getAmountNanoUsd));
        holds.forEach(hold -> table.row(
                "  " + attempt(hold.getAttemptId()),
                hold.getModel(),
                usd.apply(hold.getAmountNanoUsd()) + " USD",
                hold.getOutcome() + ", for up to " + Units.counted(hold.getOutputTokenLimit(), "output token")));
        return table.render();
    }

    private static String costs(List<CostRow> costs) {
        Table table = new Table(5);
        LongFunction<String> usd = Units.usdColumn(costs.stream().mapToLong(CostRow::getCostNanoUsd));
        costs.forEach(row -> table.row(
                "  " + attempt(row.getAttemptId()) + " try " + row.getTry(),
                row.getProvider(),
                row.getModel(),
                row.getOutcome(),
                tokens(row.getUsage()),
                usd.apply(row.getCostNanoUsd()) + " USD"));
        return table.render();
    }

    private static String attempt(String attemptId) {
        return attemptId.substring(attemptId.indexOf('/') + 1);
    }

    private static String tokens(TokenUsage usage) {
        String counts = (usage.hasInputTokens() ? Units.count(usage.getInputTokens()) : "?") + " in "
                + (usage.hasOutputTokens() ? Units.count(usage.getOutputTokens()) : "?") + " out";
        String provenance = usage.getProvenance()
                .name()
                .substring("USAGE_PROVENANCE_".length())
                .toLowerCase(Locale.ROOT);
        return provenance.equals("unspecified") ? counts : counts + " (" + provenance + ")";
    }
}
