package dev.millrace.local.peers;

import dev.millrace.local.AttemptLedger;
import dev.millrace.schema.completion.v1.TokenUsage;

/** Writes nothing down, where the operator runs no billing. */
public final class NoLedger implements AttemptLedger {
    @Override
    public void started(Attempt attempt) {}

    @Override
    public void ended(Attempt attempt, TokenUsage usage, String outcome) {}
}
