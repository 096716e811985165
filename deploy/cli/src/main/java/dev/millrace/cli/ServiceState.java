package dev.millrace.cli;

/**
 * How one service is.
 *
 * @param detail what it answered, or why it did not
 */
public record ServiceState(String service, Condition condition, String detail) {

    /** From the best to the worst. */
    public enum Condition {
        HEALTHY,
        /** It answers, and some of what it consists of does not. */
        DEGRADED,
        FAILING
    }

    public ServiceState(String service, boolean healthy, String detail) {
        this(service, healthy ? Condition.HEALTHY : Condition.FAILING, detail);
    }

    /** Whether it can be used, whole or in part. */
    public boolean works() {
        return condition != Condition.FAILING;
    }
}
