package dev.millrace.billing.sqlite;

import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.sql.Durability;
import dev.millrace.billing.sql.Work;
import dev.millrace.billing.sql.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(30)
final class GroupCommitTest {
    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch forceBegan = new CountDownLatch(1);
    private final CountDownLatch forceMayEnd = new CountDownLatch(1);
    private final AtomicInteger forces = new AtomicInteger();

    @AfterEach
    void end() {
        forceMayEnd.countDown();
        threads.close();
    }

    @Test
    void aKeptWriteNeverWaitsForTheDiskAndADurableOneAlwaysDoes() throws Exception {
        try (GroupCommit writer = open(this::blockedForce)) {
            CompletableFuture<Integer> charge = insertLater(writer, Durability.DURABLE, 1);
            forceBegan.await();

            int hold = insert(writer, Durability.KEPT, 2);

            assertThat(hold).isEqualTo(1);
            assertThat(charge).isNotDone();
            forceMayEnd.countDown();
            assertThat(charge).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    @Test
    void aDurableWriteIsToldAsSoonAsItIsKept() throws Exception {
        try (GroupCommit writer = open(this::blockedForce)) {
            CompletableFuture<Integer> kept = new CompletableFuture<>();
            CompletableFuture<Integer> safe = writer.write(new Write<>(
                    Durability.DURABLE, sql -> sql.update("INSERT INTO t VALUES (1, 'charge')"), kept::complete));
            forceBegan.await();

            assertThat(kept).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1);
            assertThat(safe).isNotDone();
            forceMayEnd.countDown();
            assertThat(safe).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1);
        }
    }

    @Test
    void whatIsToldIsCommitted() throws Exception {
        try (GroupCommit writer = open(forces::incrementAndGet)) {
            CompletableFuture<Long> seenByOthers = new CompletableFuture<>();

            CompletableFuture<Integer> safe = writer.write(new Write<>(
                    Durability.DURABLE,
                    sql -> sql.update("INSERT INTO t VALUES (1, 'charge')"),
                    told -> seenByOthers.complete(rowsSeenByOthers())));

            assertThat(seenByOthers).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1L);
            assertThat(safe).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    private long rowsSeenByOthers() {
        try (SqliteSql other = connect()) {
            return other.number("SELECT COUNT(*) FROM t");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatCannotBeWrittenIsNotTold() throws Exception {
        try (GroupCommit writer = open(forces::incrementAndGet)) {
            CompletableFuture<Integer> kept = new CompletableFuture<>();

            assertThat(writer.write(new Write<Integer>(
                            Durability.DURABLE,
                            sql -> {
                                throw new IllegalStateException("no");
                            },
                            kept::complete)))
                    .failsWithin(Duration.ofSeconds(10));

            assertThat(kept).isNotDone();
        }
    }

    @Test
    void whoeverIsToldCannotHarmTheWriter() throws Exception {
        try (GroupCommit writer = open(forces::incrementAndGet)) {
            CompletableFuture<Integer> safe = writer.write(
                    new Write<>(Durability.DURABLE, sql -> sql.update("INSERT INTO t VALUES (1, 'charge')"), told -> {
                        throw new IllegalStateException("the caller has left");
                    }));

            assertThat(safe).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1);
            assertThat(insert(writer, Durability.KEPT, 2)).isEqualTo(1);
        }
    }

    @Test
    void oneForcePaysForAllThatCameWhileTheOneBeforeRan() throws Exception {
        try (GroupCommit writer = open(this::blockedForce)) {
            CompletableFuture<Integer> first = insertLater(writer, Durability.DURABLE, 0);
            forceBegan.await();
            var others = new CompletableFuture<?>[100];
            for (int i = 0; i < others.length; i++) {
                others[i] = insertLater(writer, Durability.DURABLE, i + 1);
            }
            await().until(() -> write(writer, Durability.KEPT, sql -> sql.number("SELECT COUNT(*) FROM t")) == 101);
            assertThat(CompletableFuture.anyOf(others)).isNotDone();

            forceMayEnd.countDown();

            assertThat(first).succeedsWithin(Duration.ofSeconds(10));
            assertThat(CompletableFuture.allOf(others)).succeedsWithin(Duration.ofSeconds(10));
            assertThat(forces).hasValue(2);
        }
    }

    @Test
    void oneWrongWorkFailsAloneInItsBatch() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        try (GroupCommit writer = open(forces::incrementAndGet)) {
            CompletableFuture<Integer> busy = CompletableFuture.supplyAsync(
                    () -> write(writer, Durability.KEPT, sql -> awaitAndReturn(hold)), threads);
            CompletableFuture<Integer> good = insertLater(writer, Durability.KEPT, 1);
            CompletableFuture<Integer> wrong = CompletableFuture.supplyAsync(
                    () -> write(writer, Durability.KEPT, sql -> {
                        sql.update("INSERT INTO t VALUES (99, '')");
                        throw new ArithmeticException("wrong");
                    }),
                    threads);
            CompletableFuture<Integer> alsoGood = insertLater(writer, Durability.KEPT, 2);
            hold.countDown();

            assertThat(busy).succeedsWithin(Duration.ofSeconds(10));
            assertThat(good).succeedsWithin(Duration.ofSeconds(10));
            assertThat(alsoGood).succeedsWithin(Duration.ofSeconds(10));
            assertThat(wrong)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withRootCauseInstanceOf(ArithmeticException.class);
            assertThat(GroupCommitTest.<Long>write(
                            writer, Durability.KEPT, sql -> sql.number("SELECT COUNT(*) FROM t")))
                    .isEqualTo(2);
        }
    }

    @Test
    void aStatementThatFailsHalfWayLeavesNothing() throws Exception {
        try (GroupCommit writer = open(forces::incrementAndGet)) {
            assertThatThrownBy(() -> write(
                            writer,
                            Durability.KEPT,
                            sql -> sql.update("INSERT INTO t VALUES (1, ''), (2, ''), (1, '')")))
                    .hasMessageContaining("unexpected failure");

            assertThat(GroupCommitTest.<Long>write(
                            writer, Durability.KEPT, sql -> sql.number("SELECT COUNT(*) FROM t")))
                    .isZero();
        }
    }

    @Test
    void afterAFailedForceNothingIsPromisedAnyMore() throws Exception {
        AtomicBoolean failing = new AtomicBoolean(true);
        WalSync sync = () -> {
            if (failing.get()) {
                throw new IOException("EIO");
            }
        };
        try (GroupCommit writer = open(sync)) {
            assertThatThrownBy(() -> insert(writer, Durability.DURABLE, 1))
                    .isInstanceOf(LedgerUnavailableException.class);
            failing.set(false);

            assertThatThrownBy(() -> insert(writer, Durability.DURABLE, 2))
                    .isInstanceOf(LedgerUnavailableException.class)
                    .hasMessageContaining("restart billing");
        }
    }

    @Test
    void aFullStoreRefusesAndTakesWritesAgainWhenThereIsRoom() throws Exception {
        try (GroupCommit writer = open(forces::incrementAndGet)) {
            write(writer, Durability.KEPT, sql -> sql.number("PRAGMA max_page_count = 20"));
            AtomicInteger written = new AtomicInteger();

            assertThatThrownBy(() -> {
                        while (written.get() < 1_000) {
                            insert(writer, Durability.KEPT, written.getAndIncrement());
                        }
                    })
                    .isInstanceOf(LedgerUnavailableException.class)
                    .hasMessageContaining("the disk is full");
            write(writer, Durability.KEPT, sql -> sql.number("PRAGMA max_page_count = 2000"));

            assertThat(insert(writer, Durability.KEPT, 5_000)).isEqualTo(1);
            assertThat(GroupCommitTest.<Long>write(
                            writer, Durability.KEPT, sql -> sql.number("SELECT COUNT(*) FROM t")))
                    .isEqualTo(written.get());
        }
    }

    @Test
    void aClosedWriterRefuses() throws Exception {
        GroupCommit writer = open(forces::incrementAndGet);
        writer.close();

        assertThatThrownBy(() -> insert(writer, Durability.KEPT, 1)).isInstanceOf(LedgerUnavailableException.class);
    }

    private GroupCommit open(WalSync sync) throws SQLException {
        SqliteSql sql = connect();
        sql.pragma("PRAGMA journal_mode = WAL");
        sql.script("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)");
        return new GroupCommit(sql, sync, new Damage(folder.resolve("t.db")));
    }

    private SqliteSql connect() throws SQLException {
        return new SqliteSql(
                DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("t.db")), InstantSource.system());
    }

    private void blockedForce() {
        forces.incrementAndGet();
        forceBegan.countDown();
        awaitAndReturn(forceMayEnd);
    }

    private static int awaitAndReturn(CountDownLatch latch) {
        try {
            latch.await();
            return 1;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int insert(GroupCommit writer, Durability durability, int id) {
        return write(writer, durability, sql -> sql.update("INSERT INTO t VALUES (?, ?)", id, "x".repeat(500)));
    }

    private static <T> T write(GroupCommit writer, Durability durability, Work<T> work) {
        try {
            return writer.write(new Write<>(durability, work)).join();
        } catch (CompletionException failed) {
            throw (RuntimeException) failed.getCause();
        }
    }

    private CompletableFuture<Integer> insertLater(GroupCommit writer, Durability durability, int id) {
        return CompletableFuture.supplyAsync(() -> insert(writer, durability, id), threads);
    }
}
