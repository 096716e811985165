package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code doctor} finds; in a mesh, {@link MeshCommandsTest}. */
final class DoctorCommandTest {
    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @Test
    void theDoctorReadsTheConfigurationAsAStartDoes() throws Exception {
        Files.writeString(home.resolve("config.yml"), "billing:\n  budgt: 1\n");

        int exitCode = Millrace.run(
                new String[] {"doctor", "--home", home.toString()},
                List.of(),
                (place, config) -> List.of("billing.budgt (no such key)   in " + config + " line 2"));

        assertThat(exitCode).isEqualTo(1);
        assertThat(output.out())
                .containsPattern(
                        "problem +config +billing.budgt \\(no such key\\) +in .*config.yml line 2. Correct that line: nothing starts until then");
    }
}
