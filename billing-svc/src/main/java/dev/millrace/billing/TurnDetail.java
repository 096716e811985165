package dev.millrace.billing;

import java.util.List;

/** One turn, whole: with its provider calls and the record of its routing decision (empty: none). */
public record TurnDetail(Turn turn, List<CostRow> costs, String decisionJson) {
    public TurnDetail {
        costs = List.copyOf(costs);
    }
}
