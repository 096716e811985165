package dev.millrace.billing;

import org.jspecify.annotations.Nullable;

/** The ledger cannot be written or read now: a full or read-only disk, a lost database. Nothing was recorded. */
public final class LedgerUnavailableException extends RuntimeException {
    private final String reason;
    private final String path;

    /**
     * @param reason what is wrong, for an operator
     * @param path where the ledger lies
     */
    public LedgerUnavailableException(String reason, String path, @Nullable Throwable cause) {
        super("ledger " + path + ": " + reason, cause);
        this.reason = reason;
        this.path = path;
    }

    public String reason() {
        return reason;
    }

    public String path() {
        return path;
    }
}
