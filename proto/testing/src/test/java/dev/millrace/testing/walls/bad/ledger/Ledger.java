package dev.millrace.testing.walls.bad.ledger;

import dev.millrace.schema.inference.v1.Clearance;
import dev.millrace.testing.walls.bad.app.Wiring;
import dev.millrace.testing.walls.bad.price.Prices;
import dev.millrace.testing.walls.good.Charge;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** Everything that a feature must not do. */
public final class Ledger {
    @Inject
    public @Nullable Prices prices;

    public Wiring wiring(Clearance clearance, Charge ofAnotherService) {
        return new Wiring(clearance.getMayLeave() && ofAnotherService.nanoUsd() > 0);
    }
}
