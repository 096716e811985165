package dev.millrace.mesh.command;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.runtime.Home;
import dev.millrace.testing.CapturedOutput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

@Isolated("it takes the error stream of this process")
final class MeshHomeTest {
    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @Test
    void saysThatNoMeshRunsWhereNothingIsLeftOfOne() {
        assertThat(ps()).isEqualTo(1);

        assertThat(output.err()).startsWith("error: no mesh runs here");
    }

    @Test
    void saysWhatIsLeftWhereTheSupervisorWasKilled() {
        Leftovers leftovers = new Leftovers(new Folders(new Home(home)).processes());
        leftovers.start("sleeper", List.of("/bin/sleep", "600"), Map.of(), home.resolve("log"));
        try {
            assertThat(ps()).isEqualTo(1);
        } finally {
            leftovers.end();
        }

        assertThat(output.err())
                .isEqualTo("error: 1 process of a mesh whose supervisor was killed still runs; end it with: millrace"
                        + " down --home " + home + ", or go on with: millrace up --mesh --home " + home + "\n");
    }

    private int ps() {
        return new CommandLine(new PsCommand()).execute("--home", home.toString());
    }
}
