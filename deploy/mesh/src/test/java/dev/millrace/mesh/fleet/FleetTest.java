package dev.millrace.mesh.fleet;

import dev.millrace.discovery.ConsulAgent;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.command.MeshUp;
import dev.millrace.mesh.envoy.Configurations;
import dev.millrace.mesh.envoy.EdgePorts;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.ServiceSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Isolated("writes programs and starts them, which fails while another test starts one")
final class FleetTest {
    private static final int BASE = 23_300;

    @TempDir
    Path folder;

    /** The services are on no class path here, so that each ends at once. */
    @Test
    void aScaleThatFailedFailsAgainAndLeavesNothing() throws Exception {
        Home home = new Home(folder).create();
        Folders folders = new Folders(home);
        Files.createDirectories(folders.rendered());
        Path envoy = Files.writeString(folder.resolve("envoy"), "#!/bin/sh\nexec sleep 600\n");
        Files.setPosixFilePermissions(envoy, PosixFilePermissions.fromString("rwx------"));
        Policy policy = MeshUp.shippedPolicy();
        Leftovers leftovers = new Leftovers(folders.processes());
        Ports ports = new Ports(BASE, new EdgePorts(1, 2));
        try (ConsulAgent agent = new ConsulAgent(URI.create("http://127.0.0.1:" + BASE))) {
            Fleet fleet = new Fleet(
                    folders,
                    ports,
                    new Configurations(policy, folders, Optional.empty()),
                    new ServiceCommand(ServiceSettings.of(home), policy),
                    Optional.empty(),
                    envoy,
                    agent,
                    leftovers);

            for (int time = 0; time < 2; time++) {
                assertThatThrownBy(() -> fleet.scale(Map.of("classifier", 2), line -> {}))
                        .hasMessageContaining("classifier-1 ended with ");
                assertThat(fleet.pairs()).isEmpty();
            }
        }
        assertThat(leftovers.end()).isZero();
        assertThat(ports.next("classifier", 1).firstPort()).isEqualTo(BASE + 10);
    }
}
