package dev.millrace.mesh.envoy;

import dev.millrace.mesh.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/** The files that sidecars watch and want to see when they start: certificates, and lists without an instance. */
public final class SidecarFiles {
    private SidecarFiles() {}

    /** Lets Envoy read a configuration, without starting it. */
    public static void requireAccepted(Path envoy, Path file) throws IOException, InterruptedException {
        Process validation = new ProcessBuilder(
                        envoy.toString(), "--mode", "validate", "--disable-hot-restart", "-c", file.toString())
                .redirectErrorStream(true)
                .start();
        String words = new String(validation.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(validation.waitFor()).as(file.getFileName() + ": " + words).isZero();
    }

    public static void make(Folders folders) throws IOException, InterruptedException {
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
