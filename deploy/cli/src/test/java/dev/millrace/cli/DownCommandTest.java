package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

final class DownCommandTest {
    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    private final List<Exception> faults = new ArrayList<>();

    @Test
    void endsWhatIsStillStarting() throws Exception {
        Process starting = started(Sleeper.class);

        assertThat(down(place -> 0)).isZero();

        assertThat(starting.waitFor()).isEqualTo(143);
        assertThat(output.out()).contains("process " + starting.pid() + " is still starting", "ended");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            local-inference-1                | its
            local-inference-1, cloud-relay-2 | their
            """)
    void saysWhatItWaitsForWhereThatTakesLong(String instances, String whose) throws Exception {
        Process slow = started(Slow.class);

        int exitCode = down(new DownCommand(
                new FinishingMesh(List.of(instances.split(", ")), slow.getOutputStream()),
                afterThreeSecondsThatTakeNone()));

        assertThat(exitCode).isZero();
        assertThat(output.out().lines())
                .filteredOn(line -> line.startsWith("waiting"))
                .containsExactly("waiting for " + instances + " to finish " + whose + " calls, at most 57 s");
        assertThat(output.out()).contains("ended 21 processes");
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

    @Test
    void endsWhatWasLeftEvenWhereNothingRuns() {
        int exitCode = down(place -> {
            assertThat(place).isEqualTo(home);
            return 3;
        });

        assertThat(exitCode).isZero();
        assertThat(output.out()).contains("no Millrace runs in").contains("ended 3 processes that were left there");
    }

    private int down(HomeMesh mesh) {
        return down(new DownCommand(mesh));
    }

    private int down(DownCommand command) {
        return new CommandLine(command)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    faults.add(failure);
                    return 1;
                })
                .execute("--home", home.toString());
    }

    /** A JVM that holds the home. */
    private Process started(Class<?> program) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("asleep");
        Files.writeString(home.resolve("lock"), "pid=" + process.pid() + "\n");
        return process;
    }

    /** In none of the first three seconds the process has ended, and these pass at once; from then on it is waited for. */
    private static BiPredicate<ProcessHandle, Duration> afterThreeSecondsThatTakeNone() {
        AtomicInteger seconds = new AtomicInteger();
        return (process, atMost) -> seconds.incrementAndGet() > 3
                && !process.onExit().orTimeout(60, TimeUnit.SECONDS).join().isAlive();
    }

    /** Its instances finish their calls as soon as somebody asks which of them still run. */
    private record FinishingMesh(List<String> instances, OutputStream supervisor) implements HomeMesh {
        @Override
        public int sweep(Path place) {
            return 0;
        }

        @Override
        public List<String> instances(Path place) {
            try {
                supervisor.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return instances;
        }

        @Override
        public int count(Path place) {
            return 21;
        }
    }

    /** A JVM that does not end by itself. */
    static final class Sleeper {
        private Sleeper() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("asleep");
            Thread.sleep(600_000);
        }
    }

    /** A JVM that is told to end and does so when nobody speaks to it any more. */
    static final class Slow {
        private Slow() {}

        public static void main(String[] arguments) throws InterruptedException {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    System.in.readAllBytes();
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }));
            Sleeper.main(arguments);
        }
    }
}
