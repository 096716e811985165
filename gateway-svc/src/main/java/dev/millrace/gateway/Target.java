package dev.millrace.gateway;

/** Where an answer comes from. */
public enum Target {
    /** An engine of the organisation. */
    LOCAL,
    /** A cloud provider. */
    CLOUD;

    /** The name as people and ledgers see it: lower case. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
