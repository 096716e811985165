package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerStartException;
import dev.millrace.billing.LedgerUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found wrong with the pages of a ledger while it served, in the words for an operator.
 *
 * <p>Every page of a large file is looked at once; a page that breaks later, or of a smaller file, is met by whoever needs it. From
 * then on its balances are not trusted, so no money is set aside any more: a page that is gone may have held what was
 * spent. What was begun goes on: charges, attempts and ends of holds are written to the log beside the file, because that money
 * is spent already, and nothing else knows of it. The log is not moved into the file any more, so that the file stays as it was
 * found; it grows until somebody acts. A mark beside it makes the next start check every page first, however large the file is.
 */
final class Damage {
    private static final Logger LOG = LoggerFactory.getLogger(Damage.class);

    private final Path path;
    private final Path mark;
    private final AtomicReference<@Nullable String> found = new AtomicReference<>();

    /** @param path of the ledger's file */
    Damage(Path path) {
        this.path = path;
        this.mark = path.resolveSibling(path.getFileName() + ".suspect");
    }

    /** Whether an earlier process found damage in the file that lay here. */
    boolean isMarked() {
        return Files.exists(mark);
    }

    /** The file that lies here now is sound. */
    void unmark() throws IOException {
        Files.deleteIfExists(mark);
    }

    Path path() {
        return path;
    }

    /** Looks at what a statement failed of: a page that is broken is damage, whoever met it. */
    void met(SQLException failure) {
        if (SqliteFailure.isDamage(failure)) {
            found(String.valueOf(failure.getMessage()));
        }
    }

    /** The first that is found counts; what is wrong with further pages changes nothing for anybody. */
    void found(String what) {
        if (!found.compareAndSet(null, what)) {
            return;
        }
        LOG.atError()
                .addKeyValue("path", path)
                .addKeyValue("found", what)
                .log(
                        "the ledger is damaged: no more money is set aside, so nothing that costs runs; free local answers go on,"
                                + " and charges go to its log. " + advice());
        try {
            Files.writeString(mark, what + System.lineSeparator());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("path", mark)
                    .setCause(e)
                    .log("the next start will not know of the damage until it has looked again");
        }
    }

    boolean isFound() {
        return found.get() != null;
    }

    /** The damage and what to do, in one sentence or two; empty: none is known. */
    Optional<String> told() {
        return Optional.ofNullable(found.get()).map(what -> "it is damaged (" + what + "). " + advice());
    }

    /** Why no money is set aside; empty: it is. */
    Optional<LedgerUnavailableException> refusal() {
        return told().map(reason -> new LedgerUnavailableException(reason, path.toString(), null));
    }

    /** Why nothing starts on this file. */
    LedgerStartException atStart(String what, @Nullable Throwable cause) {
        return new LedgerStartException(
                "ledger " + path + " is damaged (" + what + "). Nothing was changed. " + moveAside(), cause);
    }

    private String advice() {
        return "End Millrace. " + moveAside();
    }

    private String moveAside() {
        return "Move it aside together with its -wal and -shm files, of which the first may hold charges (mv " + path
                + " " + path
                + ".damaged; mv " + path + "-wal " + path + ".damaged-wal; mv " + path + "-shm " + path
                + ".damaged-shm); then start with an empty ledger, or put a backup in its place";
    }
}
