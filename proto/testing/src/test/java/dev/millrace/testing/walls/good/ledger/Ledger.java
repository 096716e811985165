package dev.millrace.testing.walls.good.ledger;

import dev.millrace.testing.walls.good.Charge;

/** A feature. */
public final class Ledger {
    public Charge last() {
        return new Charge(1);
    }
}
