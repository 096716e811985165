package dev.millrace.runtime;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class HomeTest {
    @TempDir
    Path folder;

    @Test
    void isForItsOwnerAlone() throws IOException {
        Home home = new Home(folder.resolve("new/home")).create();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.root())))
                .isEqualTo("rwx------");
        assertThat(home.logs()).isDirectory().isEmptyDirectory();
    }

    @Test
    void saysWhatToDoWhereAFileStandsInItsPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> new Home(file).create())
                .hasMessage(file + " is not a folder. Move it away, or choose another with --home");
    }

    @Test
    void tellsOfTheProcessThatRunsUntilItIsGone() {
        Home home = new Home(folder).create();
        assertThat(home.run()).isEmpty();

        Home.Run run = new Home.Run(
                ProcessHandle.current().pid(),
                Path.of("/etc/my millrace=1.yml"),
                Map.of("gateway.grpc", URI.create("tcp://127.0.0.1:9090"), "gateway.http", URI.create("http://x:1")));
        home.write(run);
        assertThat(home.run()).contains(run);

        Home.Run failing = new Home.Run(run.pid(), run.configFile(), run.addresses(), List.of("billing", "gateway"));
        home.write(failing);
        assertThat(home.run()).contains(failing);

        home.write(new Home.Run(Integer.MAX_VALUE, home.configFile(), Map.of()));
        assertThat(home.run()).isEmpty();

        home.forgetRun();
        home.forgetRun();
        assertThat(home.run()).isEmpty();
    }

    @Test
    void takesNoOtherJvmWithTheSameNumberForTheProcessThatRan() throws IOException {
        Home home = new Home(folder).create();
        home.write(new Home.Run(ProcessHandle.current().pid(), home.configFile(), Map.of()));
        Path file = folder.resolve("run");
        String text = Files.readString(file);
        assertThat(text).contains("started=");

        text = text.replaceAll("born=.*\n", "");
        Files.writeString(file, text.replaceAll("started=.*", "started=2026-01-01T00:00:00Z"));
        assertThat(home.run()).isEmpty();

        Files.writeString(file, text.replaceAll("started=.*\n", ""));
        assertThat(home.run()).isPresent();
    }

    /** The system tells when a process began by its clock, which may be set meanwhile. */
    @Test
    void knowsTheProcessAgainAfterTheClockWasSet() throws IOException {
        Home home = new Home(folder).create();
        home.write(new Home.Run(ProcessHandle.current().pid(), home.configFile(), Map.of()));
        Path file = folder.resolve("run");
        String text = Files.readString(file);
        Assumptions.assumeTrue(text.contains("born="), "NOT CHECKED: there is no /proc");

        Files.writeString(file, text.replaceAll("started=.*", "started=2026-01-01T00:00:00Z"));
        assertThat(home.run()).isPresent();

        Files.writeString(file, text.replaceAll("born=.*", "born=another/1"));
        assertThat(home.run()).isEmpty();
    }

    @Test
    void takesNoOtherProgramForTheProcessThatRan() throws IOException {
        Home home = new Home(folder).create();
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            home.write(new Home.Run(other.pid(), home.configFile(), Map.of()));

            assertThat(home.run()).isEmpty();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void followsTheEnvironment() {
        assertThat(Home.standard(Map.of("MILLRACE_HOME", "/somewhere")).root()).isEqualTo(Path.of("/somewhere"));
        assertThat(Home.standard(Map.of()).root()).isEqualTo(Path.of(System.getProperty("user.home"), ".millrace"));
    }
}
