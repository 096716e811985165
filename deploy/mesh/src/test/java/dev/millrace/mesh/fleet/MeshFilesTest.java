package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.runtime.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class MeshFilesTest {
    @TempDir
    Path home;

    @Test
    void laysScriptsThatCanBeRun() throws IOException {
        MeshFiles files = MeshFiles.lay(new Folders(new Home(home)));

        assertThat(files.certificates()).isExecutable();
    }

    /** As every file is on a disk that is mounted noexec. */
    @Test
    void namesAHomeFromWhichNothingCanBeRun() throws IOException {
        Path script = Files.writeString(home.resolve("publish"), "#!/bin/sh");

        assertThatThrownBy(() -> MeshFiles.requireExecutable(script, home))
                .hasMessage("no program can be run from the home " + home
                        + ": it lies on a disk that is mounted noexec. Choose a home elsewhere: --home DIR");
    }
}
