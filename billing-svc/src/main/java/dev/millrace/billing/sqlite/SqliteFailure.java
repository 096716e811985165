package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerUnavailableException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Tells a store that cannot work now from a statement that is wrong. */
final class SqliteFailure {
    private static final int PRIMARY_CODE_MASK = 0xff;
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int NO_MEMORY = 7;
    private static final int READ_ONLY = 8;
    private static final int INTERRUPTED = 9;
    private static final int IO_ERROR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANNOT_OPEN = 14;
    private static final int NOT_A_DATABASE = 26;

    /** Of all that fails between a file and its reader, what says that the disk does not give the page. */
    private static final Set<SQLiteErrorCode> UNREADABLE = EnumSet.of(
            SQLiteErrorCode.SQLITE_IOERR_READ,
            SQLiteErrorCode.SQLITE_IOERR_SHORT_READ,
            SQLiteErrorCode.SQLITE_IOERR_DATA,
            SQLiteErrorCode.SQLITE_IOERR_CORRUPTFS);

    private SqliteFailure() {}

    /** What keeps the store from working, for an operator; empty: the fault is not the store's. */
    static Optional<String> outage(SQLException failure) {
        if (isOutOfMemory(failure)) {
            return Optional.of("no memory is left");
        }
        return switch (failure.getErrorCode() & PRIMARY_CODE_MASK) {
            case FULL -> Optional.of("the disk is full");
            case READ_ONLY -> Optional.of("the file or its directory is read-only");
            case IO_ERROR -> Optional.of("the disk failed: " + failure.getMessage());
            case CANNOT_OPEN -> Optional.of("the file cannot be opened");
            case BUSY, LOCKED -> Optional.of("another process holds the file");
            case CORRUPT, NOT_A_DATABASE -> Optional.of("the file is damaged: " + failure.getMessage());
            default -> Optional.empty();
        };
    }

    static boolean isDamage(SQLException failure) {
        int code = failure.getErrorCode() & PRIMARY_CODE_MASK;
        return code == CORRUPT || code == NOT_A_DATABASE;
    }

    /** A statement that was ended on purpose. */
    static boolean isInterrupt(SQLException failure) {
        return (failure.getErrorCode() & PRIMARY_CODE_MASK) == INTERRUPTED;
    }

    /** A page could not be read at all. */
    static boolean isUnreadable(SQLException failure) {
        return failure instanceof SQLiteException known && UNREADABLE.contains(known.getResultCode());
    }

    /** SQLite's own want of memory is told as a fault of the disk where it happens on the way to it. */
    private static boolean isOutOfMemory(SQLException failure) {
        return (failure.getErrorCode() & PRIMARY_CODE_MASK) == NO_MEMORY
                || (failure instanceof SQLiteException known
                        && known.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_NOMEM);
    }

    /** The exception that a caller of the ledger sees. */
    static RuntimeException translate(SQLException failure, Path path) {
        return outage(failure)
                .<RuntimeException>map(reason -> new LedgerUnavailableException(reason, path.toString(), failure))
                .orElseGet(() -> new IllegalStateException("unexpected failure of the ledger " + path, failure));
    }
}
