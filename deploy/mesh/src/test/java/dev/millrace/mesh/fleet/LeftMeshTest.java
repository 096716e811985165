package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.HomeLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class LeftMeshTest {
    @TempDir
    Path folder;

    @AfterEach
    void endAll() {
        leftovers().end();
    }

    @Test
    void saysHowManyProcessesAreLeftAndHowToGoOn() {
        startSleeper();

        assertThat(told())
                .contains("1 process of a mesh whose supervisor was killed still runs;"
                        + " end it with: millrace down, or go on with: millrace up --mesh");

        startSleeper();

        assertThat(told())
                .contains("2 processes of a mesh whose supervisor was killed still run;"
                        + " end them with: millrace down, or go on with: millrace up --mesh");
    }

    @Test
    void isNoneWhereAllHasEnded() {
        startSleeper();
        leftovers().end();

        assertThat(told()).isEmpty();
    }

    /** What is wrong with such a home is told where it is opened. */
    @Test
    void isNoneWhereTheHomeIsNoFolder() throws Exception {
        Files.writeString(folder.resolve("home"), "in the way");

        assertThat(told()).isEmpty();

        Files.delete(folder.resolve("home"));
    }

    @Test
    void isNoneWhereAProcessHoldsTheHome() {
        startSleeper();

        try (HomeLock supervisor = HomeLock.take(home().create())) {
            assertThat(supervisor).isNotNull();
            assertThat(told()).isEmpty();
        }
    }

    private void startSleeper() {
        assertThat(leftovers()
                        .start("sleeper", List.of("/bin/sleep", "600"), Map.of(), folder.resolve("log"))
                        .isAlive())
                .isTrue();
    }

    private Optional<String> told() {
        return LeftMesh.told(home(), "millrace "::concat);
    }

    private Leftovers leftovers() {
        return new Leftovers(new Folders(home()).processes());
    }

    private Home home() {
        return new Home(folder.resolve("home"));
    }
}
