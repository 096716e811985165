package dev.millrace.mesh.process;

import dev.millrace.rpc.ProcessBirth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Execution(ExecutionMode.CONCURRENT)
final class LeftoversTest {
    @TempDir
    Path folder;

    @Test
    void endsWhatASupervisorLeftAndForgetsIt() {
        Leftovers leftovers = new Leftovers(folder.resolve("processes"));
        Child child = leftovers.start("sleeper", List.of("/bin/sleep", "600"), Map.of(), folder.resolve("log"));

        assertThat(leftovers.count()).isEqualTo(1);
        assertThat(leftovers.end()).isEqualTo(1);
        awaitEnd(child);
        assertThat(leftovers.count()).isZero();
        assertThat(leftovers.end()).isZero();
    }

    /** As after a supervisor that died before it wrote anything down: children and theirs are told by their mark. */
    @Test
    void endsWhatNobodyWroteDown() throws Exception {
        Path file = folder.resolve("processes");
        Child parent = new Leftovers(file)
                .start("shell", List.of("/bin/sh", "-c", "sleep 600 & sleep 600"), Map.of(), folder.resolve("log"));
        ProcessHandle shell = ProcessHandle.of(parent.pid()).orElseThrow();
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> shell.children().count() == 2);
        List<ProcessHandle> children = shell.children().toList();
        Files.delete(file);
        Child stranger = new Leftovers(folder.resolve("another mesh"))
                .start("sleeper", List.of("/bin/sleep", "600"), Map.of(), folder.resolve("log"));

        assertThat(new Leftovers(file).end()).isEqualTo(3);
        awaitEnd(parent);
        assertThat(children).noneMatch(Leftovers::runs);
        assertThat(stranger.isAlive()).isTrue();
        stranger.stop(Duration.ofSeconds(10));
    }

    @Test
    void endsByForceWhatDoesNotListen() {
        Leftovers leftovers = new Leftovers(folder.resolve("processes"));
        Child deaf = leftovers.start(
                "deaf",
                List.of("/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 600; done"),
                Map.of(),
                folder.resolve("deaf.log"));
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> Files.size(folder.resolve("deaf.log")) > 0);

        leftovers.end();

        awaitEnd(deaf);
    }

    @Test
    void leavesAProcessAloneThatOnlyHasTheSameNumber() throws Exception {
        Path file = folder.resolve("processes");
        Child child = sleeper();
        Files.writeString(file, child.pid() + " 12345\n");

        assertThat(new Leftovers(file).end()).isZero();
        assertThat(child.isAlive()).isTrue();
        child.stop(Duration.ofSeconds(10));
    }

    /** The system tells when a process began by its clock, which may be set meanwhile. */
    @Test
    void knowsAProcessAgainWhateverTheClockSays() throws Exception {
        Path file = folder.resolve("processes");
        Child child = sleeper();
        Assumptions.assumeTrue(ProcessBirth.of(child.pid()).isPresent(), "NOT CHECKED: there is no /proc");
        Files.writeString(file, child.pid() + " " + ProcessBirth.of(child.pid()).orElseThrow() + "\n");

        assertThat(new Leftovers(file).end()).isEqualTo(1);
    }

    @Test
    void readsWhatAnEarlierVersionWroteDown() throws Exception {
        Path file = folder.resolve("processes");
        Child child = sleeper();
        ProcessHandle process = ProcessHandle.of(child.pid()).orElseThrow();
        Files.writeString(
                file,
                child.pid() + " " + process.info().startInstant().orElseThrow().toEpochMilli() + "\n");

        assertThat(new Leftovers(file).end()).isEqualTo(1);
    }

    @Test
    void leavesOutWhatIsDamaged() throws Exception {
        Path file = folder.resolve("processes");
        Child written = new Leftovers(file).start("sleeper", List.of("/bin/sleep", "600"), Map.of(), log());
        byte[] good = Files.readAllBytes(file);
        Files.write(file, new byte[] {0, 0, (byte) 0xff, '\n', '1', '2', '\n', '7', ' ', '\n'});
        Files.write(file, good, StandardOpenOption.APPEND);
        Files.writeString(file, "99999999999999999999 1", StandardOpenOption.APPEND);

        assertThat(new Leftovers(file).end()).isEqualTo(1);
        awaitEnd(written);
        assertThat(file).doesNotExist();
    }

    @Test
    void startsNothingOnceItIsClosed() {
        Leftovers leftovers = new Leftovers(folder.resolve("processes"));
        Kept kept = Kept.start(() -> leftovers.start("sleeper", List.of("/bin/sleep", "600"), Map.of(), log()));
        leftovers.close();

        assertThat(leftovers.end()).isEqualTo(1);
        assertThatThrownBy(() -> leftovers.start("sleeper", List.of("/bin/sleep", "600"), Map.of(), log()))
                .isInstanceOf(Leftovers.Closed.class);
        assertThatThrownBy(() -> leftovers.start(new ProcessBuilder("/bin/sleep", "600")))
                .isInstanceOf(Leftovers.Closed.class);
        assertThat(kept.restarts()).isZero();
    }

    @Test
    void goesOnToTryWhatCannotBeStartedAgain() {
        AtomicInteger starts = new AtomicInteger();
        Kept kept = Kept.start(() -> {
            if (starts.incrementAndGet() == 2) {
                throw new UncheckedIOException(new IOException("no space left on device"));
            }
            return sleeper();
        });
        Child first = kept.child();
        ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();

        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> kept.restarts() == 1 && kept.child() != first);
        kept.stop(Duration.ofSeconds(10));

        assertThat(starts).hasValue(3);
        assertThat(kept.child().isAlive()).isFalse();
    }

    @Test
    void startsAgainWhatEndsByItselfAndNotWhatWasStopped() {
        Kept kept = Kept.start(this::sleeper);
        Child first = kept.child();
        ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();

        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> kept.restarts() == 1 && kept.child() != first);
        kept.stop(Duration.ofSeconds(10));

        assertThat(kept.child().isAlive()).isFalse();
        assertThat(kept.restarts()).isEqualTo(1);
    }

    @Test
    void namesAMissingProgramWithTheCommandThatInstallsIt() {
        Programs nothing = Programs.of(Map.of("PATH", folder.toString(), "MILLRACE_CACHE", folder.toString()));

        assertThatThrownBy(() -> nothing.installed("envoy"))
                .hasMessageContaining("envoy is missing")
                .hasMessageContaining("deploy/mesh/install");
    }

    @Test
    void repeatsTheErrorOfAProcessThatEnded() {
        Child child = Child.start(
                "billing-1",
                List.of("/bin/sh", "-c", "echo starting; echo 'error: port 7510 is taken'; exit 3"),
                Map.of(),
                folder.resolve("billing-1.log"));

        awaitEnd(child);

        assertThat(child.exitCode()).isEqualTo(3);
        assertThat(child.lastWords()).isEqualTo("error: port 7510 is taken");
    }

    /** This JVM learns of its child's end a moment after the system. */
    private static void awaitEnd(Child child) {
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> !child.isAlive());
    }

    private Path log() {
        return folder.resolve("sleeper.log");
    }

    private Child sleeper() {
        return Child.start("sleeper", List.of("/bin/sleep", "600"), Map.of(), log());
    }
}
