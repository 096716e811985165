package dev.millrace.mesh.envoy;

import dev.millrace.mesh.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The files that sidecars watch and want to see when they start: certificates, and lists without an instance. */
final class SidecarFiles {
    private SidecarFiles() {}

    static void make(Folders folders) throws IOException, InterruptedException {
        Files.createDirectories(folders.live());
        Files.createDirectories(folders.home().logs());
        Process certificates = new ProcessBuilder(
                        Path.of("certificates").toAbsolutePath().toString(),
                        folders.certificates().toString(),
                        "gateway",
                        "classifier",
                        "local-inference",
                        "cloud-relay",
                        "billing",
                        "edge")
                .inheritIO()
                .start();
        Assumptions.assumeTrue(certificates.waitFor() == 0, "NOT CHECKED: no certificates without openssl");
        for (String list :
                List.of("gateway", "gateway-http", "classifier", "local-inference", "cloud-relay", "billing")) {
            Files.writeString(
                    folders.live().resolve(list + ".json"),
                    "{\"resources\":[{\"@type\":\"type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment\","
                            + "\"cluster_name\":\"" + list + "\"}]}");
        }
    }
}
