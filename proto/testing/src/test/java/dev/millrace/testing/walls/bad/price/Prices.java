package dev.millrace.testing.walls.bad.price;

import dev.millrace.testing.walls.bad.ledger.Ledger;

/** Goes round in a circle. */
public final class Prices {
    public String owner() {
        return Ledger.class.getName();
    }
}
