package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerStartException;
import dev.millrace.billing.sql.Sql;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * The file of a ledger: locked for this process, checked, brought to the current layout, and proven to be writable; or a
 * message that says what is wrong and what to do. It never deletes or replaces a file.
 */
final class LedgerFile implements AutoCloseable {
    private static final int PAGE_CACHE_KIB = 8_192;
    private static final int BUSY_MILLIS_MAX = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(LedgerFile.class);

    private final Path path;
    private final InstantSource clock;
    private final FileChannel lockChannel;
    private final CheckPlan plan;
    private final Damage damage;
    private final List<Sql> connections = new ArrayList<>();
    private @Nullable FileChannel wal;

    private LedgerFile(Path path, InstantSource clock, FileChannel lockChannel, CheckPlan plan) {
        this.path = path;
        this.clock = clock;
        this.lockChannel = lockChannel;
        this.plan = plan;
        this.damage = new Damage(path);
    }

    static LedgerFile lock(Path path, InstantSource clock) {
        return lock(path, clock, CheckPlan.USUAL);
    }

    /** Makes the folder where it is missing and takes the file for this process alone. */
    static LedgerFile lock(Path path, InstantSource clock, CheckPlan plan) {
        Path lockPath = path.resolveSibling(path.getFileName() + ".lock");
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            FileChannel channel = FileChannel.open(
                    lockPath, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                String holder = read(channel);
                channel.close();
                throw new LedgerStartException("ledger " + path + " is in use by process " + holder
                        + ". Stop that one, or set billing.ledger.path to another file");
            }
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
            return new LedgerFile(path, clock, channel, plan);
        } catch (IOException e) {
            throw unwritable(path, e.toString(), e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        int length = Math.max(0, channel.read(pid, 0));
        return new String(pid.array(), 0, length, StandardCharsets.US_ASCII);
    }

    /** Opens the writer's connection on a sound file of the current layout. */
    SqliteSql openWriter(String startId) {
        try {
            refuseEmptied();
            refuseOrphanedLog();
            refuseSuspect();
            SqliteSql sql = connect(false);
            sql.pragma("PRAGMA journal_mode = WAL");
            sql.pragma("PRAGMA synchronous = FULL");
            sql.pragma("PRAGMA wal_checkpoint(TRUNCATE)");
            check(sql);
            Migrations.run(sql);
            // Proves that the disk takes a write, and syncs the log's own directory entry.
            sql.update("INSERT INTO ledger_start VALUES (?, ?)", startId, sql.nowMicros());
            return sql;
        } catch (SQLException e) {
            throw startFailure(e);
        } catch (IOException e) {
            throw unwritable(path, e.toString(), e);
        } catch (IllegalStateException e) {
            throw new LedgerStartException("ledger " + path + ": " + e.getMessage(), e);
        }
    }

    /** What an operator is told when the ledger failed while it was opened. */
    LedgerStartException startFailure(SQLException failure) {
        return SqliteFailure.isDamage(failure)
                ? damage.atStart(String.valueOf(failure.getMessage()), failure)
                : unwritable(path, SqliteFailure.outage(failure).orElse(String.valueOf(failure.getMessage())), failure);
    }

    LedgerStartException startFailure(IOException failure) {
        return unwritable(path, failure.toString(), failure);
    }

    /** SQLite takes a file of 0 bytes for a new database, but somebody may have lost one. */
    private void refuseEmptied() throws IOException {
        if (Files.exists(path) && Files.size(path) == 0 && logBytes() == 0) {
            throw damage.atStart("it is cut off: 0 bytes", null);
        }
    }

    /** SQLite would begin anew and delete a log whose file is gone, and the charges in it. */
    private void refuseOrphanedLog() throws IOException {
        if (!Files.exists(path) && logBytes() > 0) {
            throw new LedgerStartException(
                    "ledger " + path + " is not there, but its log " + log()
                            + " is, and may hold charges. Nothing was changed. Put the ledger back beside it, or move the log to"
                            + " where the ledger went (mv " + log() + " " + path + ".damaged-wal), then start again",
                    null);
        }
    }

    /**
     * A file that was found damaged while an earlier process served is checked as a whole, unless another lies there by now; by
     * a connection that only reads, because one that writes would move the log into it when it closes.
     */
    private void refuseSuspect() throws SQLException, IOException {
        if (!damage.isMarked()) {
            return;
        }
        if (Files.exists(path)) {
            SqliteSql sql = connect(true);
            checkPages(sql);
            sql.close();
        }
        damage.unmark();
    }

    /** Opens a connection that only reads. */
    SqliteSql openReader() throws SQLException {
        return connect(true);
    }

    /** Opens a connection that moves the log into the file. */
    SqliteSql openCheckpointer() throws SQLException {
        return connect(false);
    }

    private SqliteSql connect(boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        if (readOnly) {
            config.setReadOnly(true);
        } else {
            config.setOpenMode(SQLiteOpenMode.READWRITE);
        }
        // Each connection belongs to one thread, so SQLite need not lock it for every call.
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        config.resetOpenMode(SQLiteOpenMode.FULLMUTEX);
        config.setCacheSize(-PAGE_CACHE_KIB);
        // Otherwise the driver searches every INSERT by a regular expression, and asks for the last row's number.
        config.setGetGeneratedKeys(false);
        config.setBusyTimeout(BUSY_MILLIS_MAX);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        Connection connection = config.createConnection("jdbc:sqlite:" + path);
        SqliteSql sql = new SqliteSql(connection, clock);
        connections.add(sql);
        // Transactions are begun and ended by statements. A driver in auto-commit mode tries after each other statement
        // whether it has to end one; this one begins the only one of its own, which is ended at once.
        connection.setAutoCommit(false);
        sql.update("COMMIT");
        return sql;
    }

    private void check(Sql sql) throws SQLException, IOException {
        long expectedBytes = sql.number("PRAGMA page_count") * sql.number("PRAGMA page_size");
        long bytes = Files.size(path);
        if (bytes < expectedBytes) {
            throw damage.atStart("it is cut off: " + bytes + " of " + expectedBytes + " bytes", null);
        }
        if (bytes <= plan.beforeStartBytesMax()) {
            checkPages(sql);
        }
    }

    private void checkPages(Sql sql) throws SQLException {
        Optional<String> found = PageCheck.run(sql);
        if (found.isPresent()) {
            throw damage.atStart(found.get(), null);
        }
    }

    /** Checks the pages of a file that was too large for that before the start; empty: it was not. */
    Optional<PageCheck> checkLater() throws SQLException, IOException {
        return Files.size(path) <= plan.beforeStartBytesMax()
                ? Optional.empty()
                : Optional.of(new PageCheck(this, connect(true), plan.rest()));
    }

    /** What is found wrong with it while it serves. */
    Damage damage() {
        return damage;
    }

    /** Forces the write-ahead log to stable storage. */
    void force() throws IOException {
        FileChannel channel = wal;
        if (channel == null) {
            // The log lives as long as any connection does, so this stays the same file. Its locks are on other files.
            channel = FileChannel.open(log(), StandardOpenOption.WRITE);
            wal = channel;
        }
        channel.force(false);
    }

    /** How long the write-ahead log is by now. */
    long logBytes() throws IOException {
        return Files.exists(log()) ? Files.size(log()) : 0;
    }

    Path path() {
        return path;
    }

    private Path log() {
        return path.resolveSibling(path.getFileName() + "-wal");
    }

    /**
     * Closes what is open still, and lets other processes have the file. The last connection that closes moves the log into the
     * file, unless it is one that only reads: where damage was found, that of the check is the last.
     */
    @Override
    public void close() {
        try (lockChannel) {
            for (Sql sql : connections) {
                sql.close();
            }
            if (wal != null) {
                wal.close();
            }
        } catch (IOException | SQLException e) {
            LOG.atWarn().addKeyValue("path", path).setCause(e).log("ledger did not close cleanly");
        }
    }

    private static LedgerStartException unwritable(Path path, String found, Throwable cause) {
        return new LedgerStartException(
                "ledger " + path + " cannot be written (" + found + "). Make room or give this user the right to write"
                        + " there, or set billing.ledger.path to another place",
                cause);
    }
}
