package dev.millrace.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code .ci/run} makes of a machine where the mesh's programs are missing, or cannot be installed. */
@Isolated("writes programs and starts them, which fails while another test starts one")
final class SkippedMeshTest {
    @TempDir
    Path tree;

    private String bad = "";
    private String clients = "";
    private String tests = "";

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
        assertThat(all.words())
                .contains(
                        "played from-nothing", "the training was played", "the gates were held", "the mesh was played");
        assertThat(all.code()).isZero();
    }

    @Test
    void playsEveryLaneBesideTheOthersAndTellsWhatEachSaid() throws Exception {
        assertThat(run(0).words().lines().filter(line -> line.startsWith("played ")))
                .containsExactlyInAnyOrder(
                        "played first-minutes",
                        "played readme-samples",
                        "played under-fire",
                        "played clients",
                        "played bad-days",
                        "played bad-days",
                        "played bad-days");
    }

    @Test
    void failsWhereALaneDoesThatNobodyWatches() throws Exception {
        clients = "exit 1";

        Run run = run(0);

        assertThat(run.words()).contains("played clients").doesNotContain("the mesh was played");
        assertThat(run.code()).isEqualTo(1);
    }

    /** What the tests show to a real Envoy would else be left out on a new machine, where nobody would see it. */
    @Test
    void installsTheProgramsBeforeTheTests() throws Exception {
        assertThat(run(0).words()).containsSubsequence("the programs were installed", "the tests ran");
    }

    @Test
    void isLeftOutWhereOnlyPostgresqlIsMissing() throws Exception {
        Run run = run(3);

        assertThat(run.words())
                .contains("left out: deploy/e2e/run: PostgreSQL cannot be installed here")
                .doesNotContain("the mesh was played");
        assertThat(run.code()).isZero();
    }

    @Test
    void whatAnyPartLeftOutIsToldOnceAtTheEndWithItsReason() throws Exception {
        write("deploy/e2e/checks.sh", Files.readString(Path.of("..", "e2e", "checks.sh")));
        bad = "cd \"$(dirname \"$0\")\"; . ./checks.sh; skip 'a full disk' 'nothing can be mounted here'";
        write("a-svc/src/test/java/a/GoodTest.java", "final class GoodTest {}");
        write("a-svc/src/test/java/a/SilentTest.java", "final class SilentTest { @Test void x() {} }");
        write("a-svc/src/test/java/a/PickyTest.java", "final class PickyTest {}");
        write("a-svc/src/test/java/a/SharedTest.java", "public abstract class SharedTest { @Test void x() {} }");
        write("a-svc/src/test/java/a/HelperForTest.java", "final class HelperForTest {}");
        tests = """
                report() { mkdir -p a-svc/target/surefire-reports; cat >"a-svc/target/surefire-reports/TEST-a.$1.xml"; }
                echo '<testsuite><testcase name="x"/></testsuite>' | report GoodTest
                echo '<testsuite><testcase name="x"><skipped message="no engine"/></testcase></testsuite>' | report PickyTest
                """;

        // All lanes say the same.
        List<String> end = run(0).words()
                .lines()
                .dropWhile(line -> !line.startsWith("== left out here"))
                .toList();

        assertThat(end)
                .startsWith("== left out here: 5")
                .contains(
                        "left out: a full disk: nothing can be mounted here",
                        "left out: PickyTest, 1 of its tests: no engine",
                        "left out: SilentTest, all of its tests: it ran none; its own words stand above, where the build came"
                                + " to it")
                .anyMatch(line -> line.startsWith("left out: rolling restarts"))
                .noneMatch(line -> line.matches(".*(GoodTest|SharedTest|HelperForTest).*"));
        assertThat(end.getLast()).matches("== took .*: all of it");
    }

    @Test
    void failsWhereAnythingElseIsMissing() throws Exception {
        Run run = run(1);

        assertThat(run.words()).contains("error: ").doesNotContain("the mesh was played");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void tellsWhatWasLeftOutAlsoWhereAPartFails() throws Exception {
        tests = "exit 7\n";

        Run run = run(0);

        assertThat(run.words()).contains("== left out here: ").doesNotContain("played bad-days");
        assertThat(run.code()).isEqualTo(7);
    }

    /** The script itself, in a tree where all that it calls is a line or an exit code. */
    private Run run(int installed) throws IOException, InterruptedException {
        return run(installed, "short");
    }

    private Run run(int installed, String promises) throws IOException, InterruptedException {
        Path script = Path.of("..", "..", ".ci", "run");
        write(".ci/run", Files.readString(script));
        write(".ci/skipped", Files.readString(script.resolveSibling("skipped")));
        for (String called : new String[] {"first-minutes", "readme-samples", "under-fire", "from-nothing"}) {
            write("deploy/e2e/" + called, "#!/bin/sh\necho played " + called + "\n");
        }
        write("deploy/e2e/clients", "#!/bin/sh\necho played clients\n" + clients + "\n");
        write("deploy/e2e/bad-days", "#!/bin/bash\necho played bad-days\n" + bad + "\n");
        write("local-inference-svc/training/check", "#!/bin/sh\necho the training was played\n");
        write("local-inference-svc/training/gates", "#!/bin/sh\necho the gates were held\n");
        write("mvnw", "#!/bin/sh\necho the tests ran\n" + tests);
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
