package dev.millrace.billing;

import org.jspecify.annotations.Nullable;

/** The ledger cannot be opened; its message names the file, the cause and what to do. */
public final class LedgerStartException extends RuntimeException {
    public LedgerStartException(String message) {
        super(message);
    }

    public LedgerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
