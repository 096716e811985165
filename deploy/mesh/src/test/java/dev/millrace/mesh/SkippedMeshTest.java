package dev.millrace.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code .ci/run} makes of a machine where the mesh's programs are missing, or cannot be installed. */
@Isolated("writes programs and starts them, which fails while another test starts one")
final class SkippedMeshTest {
    @TempDir
    Path tree;

    @Test
    void playsTheMeshWhereItIsInstalled() throws Exception {
        Run run = run(0);

        assertThat(run.words()).contains("the mesh was played");
        assertThat(run.code()).isZero();
    }

    @Test
    void playsTheFirstBuildAndTheTrainingOnlyWhereAllIsAskedFor() throws Exception {
        assertThat(run(0, "short").words()).doesNotContain("played from-nothing", "the training was played");

        Run all = run(0, "all");
        assertThat(all.words()).contains("played from-nothing", "the training was played", "the mesh was played");
        assertThat(all.code()).isZero();
    }

    @Test
    void playsBothLanesOfTheBadDays() throws Exception {
        assertThat(run(0).words().lines().filter("played bad-days"::equals)).hasSize(2);
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
        return run(installed, "short");
    }

    private Run run(int installed, String promises) throws IOException, InterruptedException {
        Path script = Path.of("..", "..", ".ci", "run");
        write(".ci/run", Files.readString(script));
        for (String called : new String[] {"first-minutes", "readme-samples", "bad-days", "clients", "from-nothing"}) {
            write("deploy/e2e/" + called, "#!/bin/sh\necho played " + called + "\n");
        }
        write("local-inference-svc/training/check", "#!/bin/sh\necho the training was played\n");
        write("mvnw", "#!/bin/sh\necho the tests ran\n");
        write("deploy/mesh/install", "#!/bin/sh\necho the programs were installed >&2\nexit " + installed + "\n");
        write("deploy/e2e/run", "#!/bin/sh\necho the mesh was played\n");
        ProcessBuilder ci = new ProcessBuilder(tree.resolve(".ci/run").toString()).redirectErrorStream(true);
        ci.environment().put("MILLRACE_E2E", promises);
        write("bin/jq", "#!/bin/sh\n");
        ci.environment().merge("PATH", tree.resolve("bin") + ":", (path, first) -> first + path);
        Process process = ci.start();
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
