package dev.millrace.billing;

/** How a turn ended: decides who pays. */
public enum TurnEnd {
    COMPLETED(true),
    CLIENT_CANCELLED(true),
    DEADLINE(true),
    UPSTREAM_FAILED(false),
    INTERRUPTED(false),
    READER_STALLED(true),
    REJECTED(false);

    private final boolean charged;

    TurnEnd(boolean charged) {
        this.charged = charged;
    }

    /** Whether the tenant pays for what was delivered; otherwise the operator bears what it cost. */
    public boolean isCharged() {
        return charged;
    }

    /** Whether it came from the caller's side, so that the end of a provider's call may be told later than the turn's. */
    public boolean isCallers() {
        return this == CLIENT_CANCELLED || this == DEADLINE || this == READER_STALLED;
    }
}
