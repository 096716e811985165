package dev.millrace.relay;

/** Why a call was refused or failed; the names are those of the wire's InferenceErrorReason. */
public enum Reason {
    PROMPT_EMPTY,
    REQUEST_TOO_LARGE,
    CONTEXT_TOO_LONG,
    REQUEST_REJECTED,
    CONTENT_FILTERED,
    FIELD_INVALID,
    LOCAL_CAPACITY_EXHAUSTED,
    MODEL_NOT_HERE,
    PROVIDER_UNAVAILABLE,
    PROVIDER_KEY_REFUSED,
    PROVIDER_QUOTA_EXHAUSTED,
    FIRST_TOKEN_TOO_LATE,
    STREAM_INTERRUPTED,
    CLEARANCE_REQUIRED,
    CAPABILITY_UNSUPPORTED,
    HOP_DEADLINE_EXCEEDED,
    /** The caller went away: nobody is told, only the ledger. */
    CALLER_LEFT
}
