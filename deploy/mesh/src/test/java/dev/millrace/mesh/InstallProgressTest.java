package dev.millrace.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("install").toAbsolutePath().toString(),
                        "--without",
                        "postgresql",
                        "--without",
                        "collector")
                .redirectErrorStream(true);
        builder.environment().put("PATH", folder + ":/usr/bin:/bin");
        builder.environment().put("MILLRACE_CACHE", folder.resolve("cache").toString());
        Process process = builder.start();
        String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

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

    private void program(String name, String text) throws IOException {
        Files.setPosixFilePermissions(
                Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text),
                PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
