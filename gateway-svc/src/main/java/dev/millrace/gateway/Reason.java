package dev.millrace.gateway;

import io.grpc.Status.Code;

/**
 * Why a turn was refused or failed: the one table of gRPC code, HTTP status, OpenAI code and type, whether an SDK should try
 * again by itself, and who pays. The names are those of the wire's GatewayErrorReason.
 */
public enum Reason {
    PROMPT_EMPTY(Code.INVALID_ARGUMENT, 400, "invalid_request_error", "prompt_empty", false, Payer.NOBODY),
    REQUEST_TOO_LARGE(Code.INVALID_ARGUMENT, 413, "invalid_request_error", "request_too_large", false, Payer.NOBODY),
    FIELD_INVALID(Code.INVALID_ARGUMENT, 400, "invalid_request_error", "invalid_value", false, Payer.NOBODY),
    CONTEXT_TOO_LONG(
            Code.INVALID_ARGUMENT, 400, "invalid_request_error", "context_length_exceeded", false, Payer.OPERATOR),
    REQUEST_REJECTED(Code.INVALID_ARGUMENT, 400, "invalid_request_error", "request_rejected", false, Payer.OPERATOR),
    CONTENT_FILTERED(Code.INVALID_ARGUMENT, 400, "invalid_request_error", "content_filter", false, Payer.OPERATOR),
    MODEL_UNKNOWN(Code.NOT_FOUND, 404, "invalid_request_error", "model_not_found", false, Payer.NOBODY),
    KEY_INVALID(Code.UNAUTHENTICATED, 401, "authentication_error", "invalid_api_key", false, Payer.NOBODY),
    KEY_FORBIDDEN(Code.PERMISSION_DENIED, 403, "permission_error", "key_forbidden", false, Payer.NOBODY),
    ORIGIN_FORBIDDEN(Code.PERMISSION_DENIED, 403, "permission_error", "origin_forbidden", false, Payer.NOBODY),
    BUDGET_EXHAUSTED(Code.RESOURCE_EXHAUSTED, 429, "insufficient_quota", "insufficient_quota", false, Payer.NOBODY),
    BILLING_UNAVAILABLE(Code.FAILED_PRECONDITION, 503, "api_error", "billing_unavailable", true, Payer.NOBODY),
    PRICE_UNKNOWN(Code.FAILED_PRECONDITION, 400, "invalid_request_error", "price_unknown", false, Payer.NOBODY),
    COST_LIMIT_EXCEEDED(
            Code.FAILED_PRECONDITION, 400, "invalid_request_error", "cost_limit_exceeded", false, Payer.NOBODY),
    CAPABILITY_UNSUPPORTED(
            Code.FAILED_PRECONDITION, 400, "invalid_request_error", "capability_unsupported", false, Payer.NOBODY),
    CAPACITY_EXHAUSTED(Code.RESOURCE_EXHAUSTED, 503, "api_error", "capacity_exhausted", true, Payer.NOBODY),
    STREAM_INTERRUPTED(Code.ABORTED, 502, "api_error", "stream_interrupted", false, Payer.OPERATOR),
    LOCAL_ROUTE_REQUIRED(
            Code.FAILED_PRECONDITION, 403, "permission_error", "local_route_required", false, Payer.NOBODY),
    NO_BACKEND_ANSWERED(Code.ABORTED, 502, "api_error", "no_backend_answered", true, Payer.OPERATOR),
    HOP_DEADLINE_EXCEEDED(Code.DEADLINE_EXCEEDED, 504, "api_error", "deadline_exceeded", false, Payer.CALLER_DELIVERED),
    TURN_UNKNOWN(Code.NOT_FOUND, 404, "invalid_request_error", "turn_not_found", false, Payer.NOBODY),
    METHOD_NOT_OFFERED(Code.UNIMPLEMENTED, 501, "invalid_request_error", "method_not_offered", false, Payer.NOBODY),
    NOT_YET_SERVED(Code.UNIMPLEMENTED, 501, "invalid_request_error", "not_yet_served", false, Payer.NOBODY),
    CALLER_CANCELLED(Code.CANCELLED, 499, "api_error", "caller_cancelled", false, Payer.CALLER_DELIVERED),
    READER_STALLED(Code.CANCELLED, 499, "api_error", "reader_stalled", false, Payer.CALLER_DELIVERED),
    PEER_UNAVAILABLE(Code.UNAVAILABLE, 503, "api_error", "peer_unavailable", true, Payer.NOBODY),
    DRAINING(Code.UNAVAILABLE, 503, "api_error", "draining", true, Payer.NOBODY),
    INTERNAL(Code.INTERNAL, 500, "api_error", "internal_error", false, Payer.OPERATOR);

    private final Code code;
    private final int httpStatus;
    private final String openAiType;
    private final String openAiCode;
    private final boolean retryable;
    private final Payer payer;

    Reason(Code code, int httpStatus, String openAiType, String openAiCode, boolean retryable, Payer payer) {
        this.code = code;
        this.httpStatus = httpStatus;
        this.openAiType = openAiType;
        this.openAiCode = openAiCode;
        this.retryable = retryable;
        this.payer = payer;
    }

    /** The gRPC status code. */
    public Code code() {
        return code;
    }

    /** The HTTP status of an answer that has not begun. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The OpenAI error object's {@code type}. */
    public String openAiType() {
        return openAiType;
    }

    /** The OpenAI error object's {@code code}. */
    public String openAiCode() {
        return openAiCode;
    }

    /** Whether an SDK should try again by itself, the value of {@code x-should-retry} while no token was shown. */
    public boolean retryable() {
        return retryable;
    }

    /** Who pays for what was generated. */
    public Payer payer() {
        return payer;
    }

    /** Who pays for a turn that failed. */
    public enum Payer {
        /** Nothing was generated. */
        NOBODY,
        /** The operator bears what the provider bills; the tenant is charged 0. */
        OPERATOR,
        /** The tenant is charged what was delivered to it. */
        CALLER_DELIVERED
    }
}
