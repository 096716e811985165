package dev.millrace.testing.walls.good.grpc;

import dev.millrace.schema.inference.v1.Clearance;
import dev.millrace.testing.walls.good.Charge;

/** The edge. */
public final class BillingGrpcService {
    public Charge charge(Clearance clearance) {
        return new Charge(clearance.getSerializedSize());
    }
}
