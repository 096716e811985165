package dev.millrace.standalone;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.HomeLock;
import dev.millrace.testing.CapturedOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** What is refused before anything starts. */
@Isolated("it takes the error stream of this process")
final class UpCommandTest {
    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @ParameterizedTest
    @ValueSource(strings = {"", "--mesh", "--mesh --detach"})
    void isRefusedWhileAnotherStartsInTheSameHome(String options) {
        try (HomeLock other = HomeLock.take(new Home(home).create())) {
            assertThat(other).isNotNull();

            assertThat(up(options)).isEqualTo(1);
        }
        assertThat(output.err())
                .startsWith("error: a Millrace is starting in " + home + ", process "
                        + ProcessHandle.current().pid())
                .contains("down");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--policy FILE", "--port-base 8000", "--ledger file", "--no-collector"})
    void whatIsSaidOfAMeshNeedsOne(String option) {
        assertThat(up(option)).isEqualTo(2);

        assertThat(output.err()).startsWith("error: " + option.replaceFirst(" .*", "") + ": without --mesh");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--mesh --http-port 9090", "--http-port 9090 --grpc-port 9090"})
    void eachDoorHasAPortOfItsOwn(String options) {
        assertThat(up(options)).isEqualTo(2);

        assertThat(output.err()).startsWith("error: --grpc-port and --http-port: both 9090");
    }

    @ParameterizedTest
    @CsvSource({
        "65530, '65530 (expected: 1024 to 64525)'",
        "1023, '1023 (expected: 1024 to 64525)'",
        "8080, '8080 (the outer door has port 8080 of the first 10)'"
    })
    void theRangeOfPortsHasRoom(String base, String complaint) {
        assertThat(up("--mesh --port-base " + base)).isEqualTo(2);

        assertThat(output.err()).startsWith("error: --port-base: " + complaint);
    }

    @Test
    void isOnlyReadWhereNothingIsInstalledYet() {
        Path fresh = home.resolve("fresh");
        System.setProperty("millrace.check-only", "true");
        try {
            assertThat(up("--home " + fresh + " --mesh --detach")).isZero();
            assertThat(up("--home " + fresh)).isZero();
            assertThat(up("--home " + fresh + " --mesh --ledger fil")).isEqualTo(2);
            assertThat(up("--home " + fresh + " --mehs")).isEqualTo(2);
            assertThat(up("--home " + fresh + " --mesh --port-base 65530")).isEqualTo(2);
        } finally {
            System.clearProperty("millrace.check-only");
        }
        assertThat(fresh).doesNotExist();
    }

    @Test
    void startsNoSecondMillraceBesideAMeshWhoseSupervisorWasKilled() {
        Leftovers leftovers = new Leftovers(new Folders(new Home(home)).processes());
        leftovers.start("sleeper", List.of("/bin/sleep", "600"), Map.of(), home.resolve("log"));
        System.setProperty("millrace.check-only", "true");
        try {
            assertThat(up("")).isEqualTo(1);
            assertThat(up("--detach")).isEqualTo(1);
            assertThat(up("--mesh")).isZero();
        } finally {
            System.clearProperty("millrace.check-only");
            leftovers.end();
        }
        assertThat(output.err())
                .startsWith("error: 1 process of a mesh whose supervisor was killed still runs; end it with: ")
                .contains("down --home " + home, "up --mesh --home " + home);
    }

    private int up(String options) {
        List<String> words = new ArrayList<>();
        if (!options.contains("--home")) {
            words.addAll(List.of("--home", home.toString()));
        }
        if (!options.isEmpty()) {
            words.addAll(List.of(options.split(" ", -1)));
        }
        return new CommandLine(new UpCommand()).execute(words.toArray(String[]::new));
    }
}
