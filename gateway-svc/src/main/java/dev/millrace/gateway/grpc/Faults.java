package dev.millrace.gateway.grpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.rpc.Fault;
import java.util.ArrayList;
import java.util.List;

/** Writes a turn's fault as a status with its details. */
final class Faults {

    private static final String DOMAIN = "gateway.millrace.dev";

    private Faults() {}

    static Fault of(TurnFault fault) {
        List<Any> details = new ArrayList<>();
        if (fault.reason() == Reason.FIELD_INVALID) {
            details.add(Any.pack(badRequest(fault)));
        }
        fault.failure().ifPresent(failure -> details.add(Any.pack(Endings.failure(failure))));
        return new Fault(
                fault.reason().code(),
                DOMAIN,
                fault.reason().name(),
                fault.getMessage(),
                fault.metadata(),
                fault.retryAfter(),
                details,
                isForTheCallerAlone(fault.reason()));
    }

    /** What a library must not repeat by itself, because the same would happen again. */
    private static boolean isForTheCallerAlone(Reason reason) {
        return switch (reason) {
            case BUDGET_EXHAUSTED, CAPACITY_EXHAUSTED -> true;
            default -> false;
        };
    }

    private static BadRequest badRequest(TurnFault fault) {
        return BadRequest.newBuilder()
                .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                        .setField(fault.metadata().getOrDefault("field", ""))
                        .setDescription(fault.getMessage()))
                .build();
    }
}
