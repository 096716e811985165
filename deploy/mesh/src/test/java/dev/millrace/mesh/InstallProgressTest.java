package dev.millrace.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code deploy/mesh/install} says while it installs into an empty cache, with a Go that only says that it builds. */
final class InstallProgressTest {
    @TempDir
    Path folder;

    @Test
    void namesWhatItInstallsAndHowFarItIs() throws Exception {
        program("envoy", "");
        program("consul-template", "");
        program("go", """
                case "$1" in
                  env) echo go1.26.0 ;;
                  list) seq 40 ;;
                  build) seq 40 >&2; while [ "$1" != -o ]; do shift; done; : >"$2"; chmod +x "$2" ;;
                esac
                """);

        Process process = install(folder.resolve("cache"));
        String words = words(process);

        assertThat(process.waitFor()).as(words).isZero();
        assertThat(words)
                .containsSubsequence(
                        "fetching its sources",
                        "building 40 packages",
                        "  consul: 5 %",
                        "  consul: 50 %",
                        "  consul: 100 %",
                        "consul " + folder.resolve("cache/mesh/bin/consul"));
    }

    /** The second finds what the first has built, and builds nothing. */
    @Test
    void twoAtOnceBuildOnce() throws Exception {
        program("envoy", "");
        program("consul-template", "");
        program("go", """
                case "$1" in
                  env) echo go1.26.0 ;;
                  list) seq 4 ;;
                  build) echo built >>%s; sleep 2; while [ "$1" != -o ]; do shift; done; : >"$2"; chmod +x "$2" ;;
                esac
                """.formatted(folder.resolve("builds")));

        Process first = install(folder.resolve("cache"));
        Process second = install(folder.resolve("cache"));
        String all = words(first) + words(second);

        assertThat(first.waitFor()).as(all).isZero();
        assertThat(second.waitFor()).as(all).isZero();
        assertThat(Files.readAllLines(folder.resolve("builds"))).containsExactly("built");
        assertThat(all).containsOnlyOnce("another installation works in " + folder.resolve("cache/mesh"));
    }

    @Test
    void namesAProgramOfThePathThatIsTooOld() throws Exception {
        program("envoy", "echo 'envoy  version: 9d1d4b2/1.22.0/Clean/RELEASE/BoringSSL'");

        Process process = install(folder.resolve("cache"));
        String words = words(process);

        assertThat(process.waitFor()).as(words).isEqualTo(1);
        assertThat(words)
                .contains("error: envoy on the PATH is 1.22.0 (" + folder.resolve("envoy")
                        + "), and the mesh needs 1.40.0 or newer");
    }

    @Test
    void takesItsOwnWhereTheOneOfThePathIsTooOldAndSaysSo() throws Exception {
        program("envoy", "echo 'envoy  version: 9d1d4b2/1.22.0/Clean/RELEASE/BoringSSL'");
        program("consul-template", "");
        program("consul", "");
        Path own = Files.createDirectories(folder.resolve("cache/mesh/bin")).resolve("envoy");
        Files.copy(folder.resolve("consul"), own, StandardCopyOption.COPY_ATTRIBUTES);

        Process process = install(folder.resolve("cache"));
        String words = words(process);

        assertThat(process.waitFor()).as(words).isZero();
        assertThat(words)
                .contains("envoy on the PATH is 1.22.0 (" + folder.resolve("envoy")
                        + "), and the mesh needs 1.40.0 or newer: taking its own, " + own)
                .contains("envoy " + own + System.lineSeparator());
    }

    @Test
    void namesACacheFromWhichNothingCanBeRun() throws Exception {
        program("envoy", "");
        program("consul-template", "");
        program("go", "echo go1.26.0");
        // As on a disk that is mounted noexec: what is made executable is not.
        program("chmod", "exec /bin/chmod -x \"$2\"");

        Process process = install(folder.resolve("cache"));
        String words = words(process);

        assertThat(process.waitFor()).as(words).isEqualTo(1);
        assertThat(words)
                .contains("error: no program can be run from " + folder.resolve("cache/mesh"))
                .contains("MILLRACE_CACHE");
    }

    private Process install(Path cache) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("install").toAbsolutePath().toString(),
                        "--without",
                        "postgresql",
                        "--without",
                        "collector")
                .redirectErrorStream(true);
        builder.environment().put("PATH", folder + ":/usr/bin:/bin");
        builder.environment().put("MILLRACE_CACHE", cache.toString());
        return builder.start();
    }

    private static String words(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void program(String name, String text) throws IOException {
        Files.setPosixFilePermissions(
                Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text),
                PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
