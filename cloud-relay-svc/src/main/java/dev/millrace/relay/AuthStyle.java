package dev.millrace.relay;

/** How a provider wants to be shown its key. */
public enum AuthStyle {
    /** {@code Authorization: Bearer <key>}. */
    BEARER,
    /** The key alone in a header such as {@code api-key}. */
    API_KEY,
    /** Not at all. */
    NONE
}
