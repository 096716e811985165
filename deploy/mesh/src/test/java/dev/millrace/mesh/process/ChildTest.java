package dev.millrace.mesh.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class ChildTest {
    private static final Path SESSIONS = Path.of("/proc/self/autogroup");

    @TempDir
    Path folder;

    @Test
    void keepsTheProgramsArgumentsWhereItGoesAfterOthers() {
        assertThat(words(List.of("/bin/sh", "-c", "echo \"$1|$2\"; nice", "it", "two words", "\"quoted\"")))
                .isEqualTo("two words|\"quoted\"\n7\n");
    }

    /** A weight within a session of its own would say nothing. */
    @Test
    void stepsBackWithItsWholeSession() throws Exception {
        Assumptions.assumeTrue(Files.exists(SESSIONS), "NOT CHECKED: this kernel does not share by sessions");
        String ours = Files.readString(SESSIONS);

        assertThat(words(List.of("/bin/cat", SESSIONS.toString()))).endsWith("nice 7\n");
        assertThat(Files.readString(SESSIONS)).isEqualTo(ours);
    }

    @Test
    void saysWhichSignalKilledIt() {
        Child child = Child.start("program", List.of("/bin/sleep", "600"), Map.of(), folder.resolve("log"));
        assertThat(ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly())
                .isTrue();
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> !child.isAlive());

        assertThat(child.ending()).isEqualTo("exit status 137, killed by signal 9");
        assertThat(Child.ending(3)).isEqualTo("exit status 3");
        assertThat(Child.ending(255)).isEqualTo("exit status 255");
    }

    @Test
    void tellsOfAProgramThatASignalHalted() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/stat")), "NOT CHECKED: this system has no /proc");
        Child child = Child.start("program", List.of("/bin/sleep", "600"), Map.of(), folder.resolve("log"));

        try {
            assertThat(child.isHalted()).isFalse();
            new ProcessBuilder("kill", "-STOP", Long.toString(child.pid()))
                    .start()
                    .waitFor();
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(child::isHalted);
        } finally {
            ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
        }
    }

    private String words(List<String> command) {
        Path log = folder.resolve("log");
        Child child = Child.start("program", Child.after(7, command), Map.of(), log);
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> !child.isAlive());
        child.stop(Duration.ofSeconds(1));
        try {
            return Files.readString(log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
