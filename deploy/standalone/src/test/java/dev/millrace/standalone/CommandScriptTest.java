package dev.millrace.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code deploy/millrace} does before the program has its turn. */
final class CommandScriptTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final String INSTALLS = "installs";

    @TempDir
    Path tree;

    /** The script itself, in a tree where all that it calls says so in a line; nothing is installed or rehearsed yet. */
    @BeforeEach
    void layTree() throws IOException {
        for (String copied : new String[] {".mvn/jdk.sh", "deploy/millrace", "pom.xml"}) {
            write(copied, Files.readString(ROOT.resolve(copied)));
        }
        for (String source : new String[] {"a-svc", "proto", "deploy/cli", "deploy/mesh", "deploy/standalone"}) {
            Files.createDirectories(tree.resolve(source));
        }
        write("deploy/mesh/install", """
                #!/bin/sh
                if [ "$1" = --check ]; then exit 1; fi
                echo installs >&2
                """);
        write("deploy/standalone/target/dist/millrace.jar", "");
        write("jdk/release", "JAVA_VERSION=\"25.0.1\"\n");
        write("jdk/bin/javac", "#!/bin/sh\n");
        write("jdk/bin/java", """
                #!/bin/sh
                for word in "$@"; do
                  case "$before$word" in
                    -XX:AOTCacheOutput=*) touch "${word#*=}" ;;
                    --caches*) mkdir -p "$word" ;;
                  esac
                  before=
                  if [ "$word" = --caches ]; then before=$word; fi
                done
                case "$*" in
                  *check-only*--mehs*) echo "error: Unknown option" >&2; exit 2 ;;
                  *check-only*) echo checked ;;
                  *) echo "runs $*" ;;
                esac
                """);
    }

    @Test
    void answersAQuestionBeforeAnythingIsInstalled() throws Exception {
        for (String question : new String[] {"--help", "-h", "--version"}) {
            assertThat(run("up", "--mesh", question).words())
                    .as(question)
                    .contains("up --mesh " + question)
                    .doesNotContain(INSTALLS, "preparing");
        }
    }

    @Test
    void answersAQuestionBeforeAnythingIsBuilt() throws Exception {
        Files.delete(tree.resolve("deploy/standalone/target/dist/millrace.jar"));
        write("mvnw", "#!/bin/sh\necho builds >&2\nexit 1\n");
        write("README.md", "# Millrace\n```\ndeploy/millrace up   # starts everything\n```\n```\nmore\n```\n");
        write("deploy/mesh/README.md", "```\ndeploy/millrace ps   # what runs\n```\n");

        for (String question : new String[] {"--help", "up --mesh --help", "chat -h", "help up", ""}) {
            Run run = run(question.isEmpty() ? new String[0] : question.split(" "));
            assertThat(run.code()).as(question).isZero();
            assertThat(run.words()).as(question).isEqualTo("""
                    Nothing is built here yet, and the help is built with the program: any other command builds it first, once, in a few minutes.

                    From README.md:
                      deploy/millrace up   # starts everything

                    From deploy/mesh/README.md:
                      deploy/millrace ps   # what runs
                    """);
        }
        for (String work : new String[] {"status", "--version"}) {
            assertThat(run(work).words()).as(work).startsWith("building Millrace (once, a few minutes) …\n");
        }
    }

    @Test
    void refusesAMistypedLineBeforeAnythingIsInstalled() throws Exception {
        Run run = run("up", "--mesh", "--mehs");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.words()).isEqualTo("error: Unknown option\n");
    }

    @Test
    void installsForALineThatIsUnderstood() throws Exception {
        Run run = run("up", "--mesh");

        assertThat(run.code()).as(run.words()).isZero();
        assertThat(run.words()).containsSubsequence("checked", INSTALLS, "preparing", "up --mesh");
    }

    private Run run(String... words) throws IOException, InterruptedException {
        String[] command = new String[words.length + 1];
        command[0] = tree.resolve("deploy/millrace").toString();
        System.arraycopy(words, 0, command, 1, words.length);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MILLRACE_JAVA_HOME", tree.resolve("jdk").toString());
        builder.environment().put("MILLRACE_CACHE", tree.resolve("cache").toString());
        builder.environment().put("MILLRACE_BUILD", "auto");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), said);
    }

    private void write(String name, String text) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.setPosixFilePermissions(Files.writeString(file, text), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Run(int code, String words) {}
}
