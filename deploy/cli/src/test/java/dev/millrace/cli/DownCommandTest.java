package dev.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

final class DownCommandTest {
    @TempDir
    Path home;

    private final PrintStream realOut = System.out;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Exception> faults = new ArrayList<>();

    @BeforeEach
    void captureOutput() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(realOut);
    }

    @Test
    void endsWhatIsStillStarting() throws Exception {
        Process starting = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sleeper.class.getName())
                .start();
        assertThat(starting.inputReader().readLine()).isEqualTo("asleep");
        Files.writeString(home.resolve("lock"), "pid=" + starting.pid() + "\n");

        assertThat(down(place -> 0)).isZero();

        assertThat(starting.waitFor()).isEqualTo(143);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("process " + starting.pid() + " is still starting", "ended");
    }

    @Test
    void saysWhatItWaitsForWhereThatTakesLong() throws Exception {
        Process slow = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Slow.class.getName())
                .start();
        assertThat(slow.inputReader().readLine()).isEqualTo("asleep");
        Files.writeString(home.resolve("lock"), "pid=" + slow.pid() + "\n");

        assertThat(down(new HomeMesh() {
                    @Override
                    public int sweep(Path place) {
                        return 0;
                    }

                    @Override
                    public List<String> instances(Path place) {
                        return List.of("local-inference-1");
                    }

                    @Override
                    public int count(Path place) {
                        return 21;
                    }
                }))
                .isZero();

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.startsWith("waiting"))
                .containsExactly("waiting for local-inference-1 to finish its calls, at most 57 s");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("ended 21 processes");
    }

    @Test
    void leavesWhatAHolderOfTheHomeStarted() {
        int exitCode = down(place -> {
            throw new IllegalStateException("a Millrace is starting or ending there");
        });

        assertThat(exitCode).isEqualTo(1);
        assertThat(faults)
                .singleElement()
                .isInstanceOfSatisfying(
                        CommandFault.class,
                        fault -> assertThat(fault).hasMessage("a Millrace is starting or ending there"));
    }

    private int down(HomeMesh mesh) {
        return new CommandLine(new DownCommand(mesh))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    faults.add(failure);
                    return 1;
                })
                .execute("--home", home.toString());
    }

    /** A JVM that does not end by itself. */
    static final class Sleeper {
        private Sleeper() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("asleep");
            Thread.sleep(600_000);
        }
    }

    /** A JVM that takes its time. */
    static final class Slow {
        private Slow() {}

        public static void main(String[] arguments) throws InterruptedException {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    Thread.sleep(4_500);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }));
            Sleeper.main(arguments);
        }
    }
}
