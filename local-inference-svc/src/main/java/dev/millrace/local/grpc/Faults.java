package dev.millrace.local.grpc;

import com.google.rpc.BadRequest;
import dev.millrace.local.Admission;
import dev.millrace.local.EngineFault;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.inference.v1.InferenceErrorReason;
import io.grpc.Status.Code;

/** Turns the refusals of this service into faults of the wire; the only place that chooses codes. */
final class Faults {
    /** The domain of the reasons: {@code local-inference.millrace.dev}. */
    static final String SERVICE = "local-inference";

    private static final String PREFIX = "INFERENCE_ERROR_REASON_";

    private Faults() {}

    /** What an engine said before it gave anything. */
    static Fault of(EngineFault fault) {
        Fault answer = switch (fault.kind()) {
            case UNREACHABLE ->
                fault(Code.UNAVAILABLE, InferenceErrorReason.INFERENCE_ERROR_REASON_BACKEND_UNREACHABLE, fault);
            case BUSY ->
                fault(
                        Code.RESOURCE_EXHAUSTED,
                        InferenceErrorReason.INFERENCE_ERROR_REASON_LOCAL_CAPACITY_EXHAUSTED,
                        fault);
            case MODEL_NOT_HERE ->
                fault(Code.RESOURCE_EXHAUSTED, InferenceErrorReason.INFERENCE_ERROR_REASON_MODEL_NOT_HERE, fault);
            case CONTEXT_TOO_LONG ->
                fault(Code.INVALID_ARGUMENT, InferenceErrorReason.INFERENCE_ERROR_REASON_CONTEXT_TOO_LONG, fault);
            case REJECTED ->
                fault(Code.INVALID_ARGUMENT, InferenceErrorReason.INFERENCE_ERROR_REASON_REQUEST_REJECTED, fault);
            case FILTERED ->
                fault(Code.INVALID_ARGUMENT, InferenceErrorReason.INFERENCE_ERROR_REASON_CONTENT_FILTERED, fault);
            case CAPABILITY_UNSUPPORTED ->
                fault(
                        Code.FAILED_PRECONDITION,
                        InferenceErrorReason.INFERENCE_ERROR_REASON_CAPABILITY_UNSUPPORTED,
                        fault);
            case FIELD_INVALID -> fieldInvalid(fault.variables().getOrDefault("field", ""), fault.message());
            case MEMORY_INSUFFICIENT ->
                fault(Code.FAILED_PRECONDITION, InferenceErrorReason.INFERENCE_ERROR_REASON_MEMORY_INSUFFICIENT, fault);
            case FAILED -> fault(Code.ABORTED, InferenceErrorReason.INFERENCE_ERROR_REASON_ENGINE_FAILED, fault);
        };
        return answer;
    }

    /** The same where an answer was asked for: a model that does not fit is an engine that failed, and the caller moves on. */
    static Fault ofGeneration(EngineFault fault, long deliveredDeltas) {
        boolean broke = fault.kind() == EngineFault.Kind.FAILED || fault.kind() == EngineFault.Kind.UNREACHABLE;
        if (deliveredDeltas > 0 && broke) {
            return fault(Code.ABORTED, InferenceErrorReason.INFERENCE_ERROR_REASON_STREAM_INTERRUPTED, fault)
                    .with("delivered_deltas", deliveredDeltas);
        }
        if (fault.kind() == EngineFault.Kind.MEMORY_INSUFFICIENT) {
            return fault(Code.ABORTED, InferenceErrorReason.INFERENCE_ERROR_REASON_ENGINE_FAILED, fault);
        }
        return of(fault);
    }

    static Fault of(Admission.Refused refused, String model) {
        String why = switch (refused.cause()) {
            case QUEUE_FULL -> "every slot for " + model + " is taken and the queue is full";
            case OVERFLOW -> "this node is busy and the call can run elsewhere";
            case NO_ENGINE -> "no engine here can run " + model;
        };
        Fault fault = fault(
                        Code.RESOURCE_EXHAUSTED,
                        InferenceErrorReason.INFERENCE_ERROR_REASON_LOCAL_CAPACITY_EXHAUSTED,
                        why)
                .with("model", model)
                .with("slots_total", refused.load().slotsTotal())
                .with("slots_busy", refused.load().slotsBusy())
                .with("queue_length", refused.load().queueLength())
                .with("queue_limit", refused.load().queueLimit());
        return refused.expectedWait().map(fault::retryAfter).orElse(fault);
    }

    static Fault fieldInvalid(String field, String message) {
        return fault(Code.INVALID_ARGUMENT, InferenceErrorReason.INFERENCE_ERROR_REASON_FIELD_INVALID, message)
                .with("field", field)
                .with(BadRequest.newBuilder()
                        .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                .setField(field)
                                .setDescription(message))
                        .build());
    }

    static Fault fault(Code code, InferenceErrorReason reason, String message) {
        return Fault.of(code, SERVICE, name(reason), message);
    }

    private static Fault fault(Code code, InferenceErrorReason reason, EngineFault fault) {
        Fault answer = fault(code, reason, fault.message());
        for (var variable : fault.variables().entrySet()) {
            answer = answer.with(variable.getKey(), variable.getValue());
        }
        return answer;
    }

    private static String name(InferenceErrorReason reason) {
        return reason.name().substring(PREFIX.length());
    }
}
