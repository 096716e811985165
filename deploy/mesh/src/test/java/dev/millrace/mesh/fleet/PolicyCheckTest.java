package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.MeshPrograms;
import dev.millrace.mesh.envoy.Configurations;
import dev.millrace.mesh.envoy.SidecarFiles;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.runtime.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a real Envoy says to an operator's own policy. */
final class PolicyCheckTest {
    @TempDir
    Path folder;

    @Test
    void takesTheOneThatShips() {
        assertThatCode(() -> check("stream-window: 64 KiB")).doesNotThrowAnyException();
    }

    @Test
    void saysInEnvoysWordsWhatItRefusesAndInWhichFile() {
        assertThatThrownBy(() -> check("stream-window: 1 KiB"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(folder.resolve("own.yaml").toString())
                .hasMessageContaining("a sidecar of gateway that Envoy refuses: error initializing configuration")
                .hasMessageContaining("InitialStreamWindowSize: value must be inside range [65535, 2147483647]")
                .hasMessageNotContaining("\n");
    }

    private void check(String streamWindow) throws Exception {
        Path envoy = MeshPrograms.required("envoy", PolicyCheckTest.class);
        Folders folders = new Folders(new Home(folder));
        SidecarFiles.make(folders);
        Files.createDirectories(folders.rendered());
        Path own = Files.writeString(
                folder.resolve("own.yaml"),
                Files.readString(Path.of("policy.yaml")).replace("stream-window: 64 KiB", streamWindow));
        Policy policy = PolicyFile.read(own);
        new PolicyCheck(folders, envoy, new Leftovers(folders.processes()))
                .require(own, policy, new Configurations(policy, folders, Optional.empty()));
    }
}
