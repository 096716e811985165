package dev.millrace.testing.walls.good.app;

import dev.millrace.testing.walls.good.grpc.BillingGrpcService;
import dev.millrace.testing.walls.good.ledger.Ledger;

/** The wiring. */
public record Wiring(Ledger ledger, BillingGrpcService service) {}
