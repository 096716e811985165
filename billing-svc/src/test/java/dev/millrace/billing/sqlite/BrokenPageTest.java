package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.sql.Durability;
import dev.millrace.billing.sql.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A writer whose file has one table that is sound, and one whose first page makes no sense. */
@Timeout(30)
final class BrokenPageTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private Path file;
    private Damage damage;

    @BeforeEach
    void breakATable() throws Exception {
        file = folder.resolve("t.db");
        damage = new Damage(file);
        long page;
        try (SqliteSql sql = connect()) {
            sql.pragma("PRAGMA journal_mode = WAL");
            sql.script("CREATE TABLE sound (id INTEGER); CREATE TABLE broken (id INTEGER)");
            page = sql.number("SELECT rootpage FROM sqlite_master WHERE name = 'broken'");
            sql.pragma("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        Pages.overwrite(file, page);
    }

    @Test
    void failsTheWorkThatNeedsItAloneAndIsToldAsDamage() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        try (GroupCommit writer = new GroupCommit(connect(), () -> {}, damage)) {
            CompletableFuture<Long> busy = writer.write(new Write<>(Durability.KEPT, sql -> {
                await(hold);
                return 0L;
            }));
            // These wait together, and so are one batch.
            CompletableFuture<Integer> charge = insert(writer, "sound", 1);
            CompletableFuture<Integer> lost = insert(writer, "broken", 1);
            CompletableFuture<Integer> another = insert(writer, "sound", 2);
            hold.countDown();

            assertThat(busy).succeedsWithin(SOON);
            assertThat(charge).succeedsWithin(SOON).isEqualTo(1);
            assertThat(another).succeedsWithin(SOON).isEqualTo(1);
            assertThat(lost)
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(LedgerUnavailableException.class)
                    .withMessageContaining("the file is damaged");
        }
        assertThat(damage.told()).hasValueSatisfying(told -> assertThat(told).startsWith("it is damaged ("));
    }

    /** However long its log grows. */
    @Test
    void aDamagedFileStaysAsItWasFound() throws Exception {
        SqliteSql sql = connect();
        sql.pragma("PRAGMA wal_autocheckpoint = 1");
        try (SqliteSql other = connect();
                GroupCommit writer = new GroupCommit(sql, () -> {}, damage)) {
            assertThat(insert(writer, "sound", 1)).succeedsWithin(SOON);
            byte[] before = Files.readAllBytes(file);
            damage.found("a page");

            for (int id = 2; id < 50; id++) {
                assertThat(insert(writer, "sound", id)).succeedsWithin(SOON);
            }

            assertThat(Files.readAllBytes(file)).isEqualTo(before);
            assertThat(other.number("SELECT COUNT(*) FROM sound")).isEqualTo(49);
        }
    }

    private SqliteSql connect() throws SQLException {
        return new SqliteSql(DriverManager.getConnection("jdbc:sqlite:" + file), InstantSource.system());
    }

    private static CompletableFuture<Integer> insert(GroupCommit writer, String table, int id) {
        return writer.write(
                new Write<>(Durability.DURABLE, sql -> sql.update("INSERT INTO " + table + " VALUES (?)", id)));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
