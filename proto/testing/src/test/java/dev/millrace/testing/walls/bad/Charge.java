package dev.millrace.testing.walls.bad;

import dev.millrace.testing.walls.bad.ledger.Ledger;

/** A domain that knows a feature. */
public record Charge(Ledger ledger) {}
