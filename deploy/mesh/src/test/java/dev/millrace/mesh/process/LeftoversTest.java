package dev.millrace.mesh.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class LeftoversTest {
    @TempDir
    Path folder;

    @Test
    void endsWhatASupervisorLeftAndForgetsIt() {
        Leftovers leftovers = new Leftovers(folder.resolve("processes"));
        Child child = sleeper();
        leftovers.add(child);

        assertThat(leftovers.end()).isEqualTo(1);
        assertThat(child.isAlive()).isFalse();
        assertThat(leftovers.end()).isZero();
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

        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> !child.isAlive());

        assertThat(child.exitCode()).isEqualTo(3);
        assertThat(child.lastWords()).isEqualTo("error: port 7510 is taken");
    }

    private Child sleeper() {
        return Child.start("sleeper", List.of("/bin/sleep", "600"), Map.of(), folder.resolve("sleeper.log"));
    }
}
