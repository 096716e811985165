package dev.millrace.billing;

/** The answer to a {@link Settlement}. */
public sealed interface SettleOutcome {
    /** The turn's one charge: written now, or by the first of several equal calls. */
    record Settled(Charge charge) implements SettleOutcome {}

    /** The turn was settled for somebody else, or the hold belongs to another turn. */
    record Conflict(String field) implements SettleOutcome {}
}
