package dev.millrace.relay.grpc;

import com.google.rpc.BadRequest;
import dev.millrace.relay.Failure;
import dev.millrace.relay.Reason;
import dev.millrace.rpc.Fault;
import io.grpc.Status;

/** Says failures on the wire. */
final class Faults {
    private static final String SERVICE = "cloud-relay";

    private Faults() {}

    static Fault of(Failure failure) {
        Fault fault = Fault.of(code(failure.reason()), SERVICE, failure.reason().name(), failure.message());
        for (var detail : failure.details().entrySet()) {
            fault = fault.with(detail.getKey(), detail.getValue());
        }
        if (failure.reason() == Reason.FIELD_INVALID) {
            fault = fault.with(BadRequest.newBuilder()
                    .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                            .setField(failure.details().getOrDefault("field", ""))
                            .setDescription(failure.message()))
                    .build());
        }
        return failure.retryAfter().isPresent()
                ? fault.retryAfter(failure.retryAfter().get())
                : fault;
    }

    private static Status.Code code(Reason reason) {
        return switch (reason) {
            case PROMPT_EMPTY, REQUEST_TOO_LARGE, CONTEXT_TOO_LONG, REQUEST_REJECTED, CONTENT_FILTERED, FIELD_INVALID ->
                Status.Code.INVALID_ARGUMENT;
            case LOCAL_CAPACITY_EXHAUSTED, MODEL_NOT_HERE -> Status.Code.RESOURCE_EXHAUSTED;
            case PROVIDER_UNAVAILABLE,
                    PROVIDER_KEY_REFUSED,
                    PROVIDER_QUOTA_EXHAUSTED,
                    FIRST_TOKEN_TOO_LATE,
                    STREAM_INTERRUPTED -> Status.Code.ABORTED;
            case CLEARANCE_REQUIRED -> Status.Code.PERMISSION_DENIED;
            case CAPABILITY_UNSUPPORTED -> Status.Code.FAILED_PRECONDITION;
            case HOP_DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
            case CALLER_LEFT -> Status.Code.CANCELLED;
        };
    }
}
