package dev.millrace.billing;

import java.util.List;

/** One turn, whole: with its provider calls, its holds and the record of its routing decision (empty: none). */
public record TurnDetail(Turn turn, List<CostRow> costs, List<TurnHold> holds, String decisionJson) {
    public TurnDetail {
        costs = List.copyOf(costs);
        holds = List.copyOf(holds);
    }
}
