package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.MeshPrograms;
import dev.millrace.mesh.envoy.Configurations;
import dev.millrace.mesh.envoy.SidecarFiles;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a real Envoy says to an operator's own policy. */
final class PolicyCheckTest {
    @TempDir
    Path folder;

    @Test
    void takesTheOneThatShips() {
        assertThatCode(() -> check("connect-within: 500ms")).doesNotThrowAnyException();
    }

    @Test
    void saysInEnvoysWordsWhatItRefusesAndInWhichFile() {
        assertThatThrownBy(() -> check("connect-within: 0s"))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageContaining(folder.resolve("own.yaml").toString())
                .hasMessageContaining("a sidecar of gateway that Envoy refuses: ")
                .hasMessageContaining("ConnectTimeout: value must be greater than")
                .hasMessageContaining("kept in " + folder.resolve("logs/refused-gateway.yaml"))
                .hasMessageNotContaining("\n")
                .satisfies(fault -> assertThat(fault.toString()).hasSizeLessThan(1000));
        assertThat(folder.resolve("logs/refused-gateway.yaml")).isNotEmptyFile();
    }

    /** Envoy writes down all that it has read, before or behind what is wrong with it. */
    @Test
    void tellsTheCauseWithoutTheWholeConfiguration() {
        String whole = "static_resources { name: (one) } ".repeat(1500);
        String cause = "Proto constraint validation failed (BootstrapValidationError.StaticResources: embedded message"
                + " failed validation | caused by OutlierDetection.MaxEjectionPercent: value must be (at most) 100)";

        assertThat(PolicyCheck.complaint("[critical] error initializing configuration 'a.yaml': " + whole + cause))
                .isEqualTo(cause);
        assertThat(PolicyCheck.complaint(
                        "[critical] error initializing configuration 'a.yaml': " + cause + ": " + whole))
                .isEqualTo(cause);
        assertThat(PolicyCheck.complaint("error initializing configuration 'a.yaml': " + whole + "is not known"))
                .startsWith("error initializing configuration 'a.yaml': ")
                .endsWith("is not known")
                .hasSizeLessThan(700);
        assertThat(PolicyCheck.complaint(" \n")).isEqualTo("it said nothing");
    }

    private void check(String connectWithin) throws Exception {
        Path envoy = MeshPrograms.required("envoy", PolicyCheckTest.class);
        Folders folders = new Folders(new Home(folder));
        SidecarFiles.make(folders);
        Files.createDirectories(folders.rendered());
        Path own = Files.writeString(
                folder.resolve("own.yaml"),
                Files.readString(Path.of("policy.yaml")).replace("connect-within: 500ms", connectWithin));
        Policy policy = PolicyFile.read(own);
        new PolicyCheck(folders, envoy, new Leftovers(folders.processes()))
                .require(own, policy, new Configurations(policy, folders, Optional.empty()));
    }
}
