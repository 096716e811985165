package dev.millrace.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code .ci/run} makes of a machine where the mesh's programs are missing, or cannot be installed. */
final class SkippedMeshTest {
    @TempDir
    Path tree;

    @Test
    void playsTheMeshWhereItIsInstalled() throws Exception {
        Run run = run(0);

        assertThat(run.words()).contains("the mesh was played");
        assertThat(run.code()).isZero();
    }

    /** What the tests show to a real Envoy would else be left out on a new machine, where nobody would see it. */
    @Test
    void installsTheProgramsBeforeTheTests() throws Exception {
        assertThat(run(0).words()).containsSubsequence("the programs were installed", "the tests ran");
    }

    @Test
    void isLeftOutWhereOnlyPostgresqlIsMissing() throws Exception {
        Run run = run(3);

        assertThat(run.words()).contains("skipped: deploy/e2e/run").doesNotContain("the mesh was played");
        assertThat(run.code()).isZero();
    }

    @Test
    void failsWhereAnythingElseIsMissing() throws Exception {
        Run run = run(1);

        assertThat(run.words()).contains("error: ").doesNotContain("the mesh was played");
        assertThat(run.code()).isEqualTo(1);
    }

    /** The script itself, in a tree where all that it calls is a line or an exit code. */
    private Run run(int installed) throws IOException, InterruptedException {
        Path script = Path.of("..", "..", ".ci", "run");
        write(".ci/run", Files.readString(script));
        for (String called : new String[] {"deploy/e2e/first-minutes", "deploy/e2e/bad-days", "deploy/e2e/clients"}) {
            write(called, "#!/bin/sh\n");
        }
        write("mvnw", "#!/bin/sh\necho the tests ran\n");
        write("deploy/mesh/install", "#!/bin/sh\necho the programs were installed >&2\nexit " + installed + "\n");
        write("deploy/e2e/run", "#!/bin/sh\necho the mesh was played\n");
        Process process = new ProcessBuilder(tree.resolve(".ci/run").toString())
                .redirectErrorStream(true)
                .start();
        String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), words);
    }

    private void write(String name, String text) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.setPosixFilePermissions(Files.writeString(file, text), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Run(int code, String words) {}
}
