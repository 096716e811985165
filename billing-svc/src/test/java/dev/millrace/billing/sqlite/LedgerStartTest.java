package dev.millrace.billing.sqlite;

import dev.millrace.billing.AttemptPhase;
import dev.millrace.billing.LedgerStartException;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.ManualClock;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.TurnEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The bad days of a ledger file: each stops the start with the file, the cause and the next step, and changes nothing. */
@Execution(ExecutionMode.CONCURRENT)
final class LedgerStartTest {
    private static final LedgerTerms TERMS = new LedgerTerms(1_000_000_000, Samples.MODEL);

    @TempDir
    Path folder;

    @Test
    void garbageInsteadOfALedger() throws IOException {
        Path path = folder.resolve("billing.db");
        Files.writeString(path, "this is not a ledger, but somebody's notes. ".repeat(300));
        byte[] before = Files.readAllBytes(path);

        assertThatThrownBy(() -> open(path))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("damaged")
                .hasMessageContaining("mv " + path);
        assertThat(Files.readAllBytes(path)).isEqualTo(before);
    }

    @Test
    void aLedgerCutOffInTheMiddle() throws IOException {
        Path path = used();
        long bytes = Files.size(path);
        truncate(path, bytes / 2);

        assertThatThrownBy(() -> open(path))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("damaged")
                .hasMessageContaining("Move it aside");
        assertThat(Files.size(path)).isEqualTo(bytes / 2);
    }

    @Test
    void aLedgerCutOffAtTheStart() throws IOException {
        Path path = used();
        truncate(path, 0);

        assertThatThrownBy(() -> open(path))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("0 bytes");
        assertThat(path).isEmptyFile();
    }

    @Test
    void aPageOverwritten() throws IOException {
        Path path = used();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (long page = 2; page < Files.size(path) / 4096; page++) {
                file.write(ByteBuffer.wrap(new byte[] {9, 9, 9, 9, 9, 9, 9, 9}), page * 4096);
            }
        }

        assertThatThrownBy(() -> open(path))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aLedgerOfANewerVersion() throws Exception {
        Path path = used();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 99");
        }

        assertThatThrownBy(() -> open(path))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("99")
                .hasMessageContaining("newer version");
    }

    @Test
    void aLedgerOfTheFirstLayout() throws Exception {
        Path path = folder.resolve("billing.db");
        try (SqliteLedger ledger = open(path)) {
            ledger.putPrice(Samples.price());
            Samples.granted(ledger.reserve(Samples.hold("before")));
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                var statement = connection.createStatement()) {
            statement.executeUpdate("ALTER TABLE hold DROP COLUMN begins_call");
            statement.execute("PRAGMA user_version = 1");
        }

        try (SqliteLedger ledger = open(path)) {
            Samples.granted(ledger.reserve(Samples.begun("after")));
            assertThat(ledger.release(Samples.TENANT, "before", "before/1").join())
                    .hasValue(10_000_000);
        }
        try (SqliteLedger ledger = open(path)) {
            assertThat(ledger.turn(Samples.TENANT, "before").orElseThrow().costs())
                    .isEmpty();
            assertThat(ledger.turn(Samples.TENANT, "after").orElseThrow().costs())
                    .hasSize(1);
        }
    }

    /** Early ledgers of the first layout have one that nothing fills. */
    @Test
    void aLedgerWithAColumnMore() throws Exception {
        Path path = used();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                var statement = connection.createStatement()) {
            statement.execute("ALTER TABLE attempt_entry ADD COLUMN wasted_output_tokens INTEGER");
        }

        try (SqliteLedger ledger = open(path)) {
            AttemptPhase.Call call = Samples.call("later", 1, 1);
            ledger.record(new AttemptPhase.Started(call)).join();
            ledger.record(Samples.ended(call, 1, 5, Provenance.REPORTED)).join();

            assertThat(ledger.turn(Samples.TENANT, "later").orElseThrow().costs())
                    .singleElement()
                    .satisfies(row -> assertThat(row.tokens().output()).hasValue(5));
        }
    }

    @Test
    void aLedgerInUse() {
        Path path = folder.resolve("billing.db");
        try (SqliteLedger first = open(path)) {
            assertThatThrownBy(() -> open(path))
                    .isInstanceOf(LedgerStartException.class)
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
            assertThat(first.budget("acme").spentNanoUsd()).isZero();
        }
        open(path).close();
    }

    @Test
    void aFolderThatIsAFile() throws IOException {
        Path path = Files.writeString(folder.resolve("data"), "").resolve("billing.db");

        assertThatThrownBy(() -> open(path))
                .isInstanceOf(LedgerStartException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageContaining("billing.ledger.path");
    }

    @Test
    void aFullDiskAtStart() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "64k")) {
            disk.fill();
            Path path = disk.folder().resolve("billing.db");

            assertThatThrownBy(() -> open(path))
                    .isInstanceOf(LedgerStartException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("Make room");
        }
    }

    @Test
    void aReadOnlyDiskAtStart() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "8m")) {
            Path path = disk.folder().resolve("billing.db");
            open(path).close();
            disk.remount("ro");

            assertThatThrownBy(() -> open(path))
                    .isInstanceOf(LedgerStartException.class)
                    .hasMessageContaining("cannot be written");
        }
    }

    @Test
    void aDiskThatFillsUpRefusesAndTakesChargesAgainWhenThereIsRoom() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "8m");
                SqliteLedger ledger = open(disk.folder().resolve("billing.db"))) {
            ledger.putPrice(Samples.price());
            settle(ledger, "before");
            disk.fill();
            int settled = settleUntilRefused(ledger);

            disk.empty();
            settle(ledger, "after");

            assertThat(ledger.turn(Samples.TENANT, "before")).isPresent();
            assertThat(ledger.turn(Samples.TENANT, "t" + settled)).isEmpty();
            assertThat(ledger.turn(Samples.TENANT, "after")).isPresent();
        }
    }

    private static int settleUntilRefused(SqliteLedger ledger) {
        for (int i = 0; i < 100_000; i++) {
            try {
                settle(ledger, "t" + i);
            } catch (CompletionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                LedgerUnavailableException.class,
                                failure -> assertThat(failure.reason()).contains("disk"));
                assertThatThrownBy(() -> ledger.reserve(Samples.hold("hold")).join())
                        .hasCauseInstanceOf(LedgerUnavailableException.class);
                assertThat(ledger.budget(Samples.TENANT).heldNanoUsd()).isZero();
                return i;
            }
        }
        throw new AssertionError("the disk never filled up");
    }

    private static void settle(SqliteLedger ledger, String turnId) {
        Samples.settled(ledger.settle(
                Samples.settlement(turnId, "", TurnEnd.COMPLETED, Tokens.of(10, 10, Provenance.REPORTED))));
    }

    private Path used() {
        Path path = folder.resolve("billing.db");
        try (SqliteLedger ledger = open(path)) {
            IntStream.range(0, 500).parallel().forEach(i -> settle(ledger, "t" + i));
        }
        return path;
    }

    private static void truncate(Path path, long bytes) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(bytes);
        }
    }

    private static SqliteLedger open(Path path) {
        return SqliteLedger.open(path, TERMS, new ManualClock());
    }

    /** A disk of a few bytes. Needs the right to mount; without it the test is skipped, and says so. */
    private record SmallDisk(Path folder) implements AutoCloseable {
        static SmallDisk mount(Path folder, String size) throws Exception {
            Files.createDirectories(folder);
            boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + size, "none", folder.toString());
            Assumptions.assumeTrue(mounted, "this user may not mount a small disk");
            return new SmallDisk(folder);
        }

        void fill() throws IOException {
            try (FileChannel ballast =
                    FileChannel.open(folder.resolve("ballast"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                var block = ByteBuffer.allocate(1024);
                while (true) {
                    ballast.write(block.clear());
                }
            } catch (IOException full) {
                assertThat(full).hasMessageContaining("No space");
            }
        }

        void empty() throws IOException {
            Files.delete(folder.resolve("ballast"));
        }

        void remount(String mode) throws Exception {
            assertThat(run("mount", "-o", "remount," + mode, folder.toString())).isTrue();
        }

        @Override
        public void close() throws IOException {
            run("umount", "-l", folder.toString());
        }

        private static boolean run(String... command) throws IOException {
            return new ProcessBuilder(command)
                            .inheritIO()
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        }
    }
}
