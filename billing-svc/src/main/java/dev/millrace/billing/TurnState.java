package dev.millrace.billing;

/** What the ledger knows of a turn. */
public enum TurnState {
    /** It runs, or its end was not told yet. */
    OPEN,
    SETTLED,
    /** Its process died on the way: closed by recovery, its costs are estimates. */
    RECOVERED
}
