package dev.millrace.mesh.fleet;

import dev.millrace.mesh.MeshPrograms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class ConsulFileTest {
    @TempDir
    Path folder;

    /** Where the data lies is said by whoever starts it. */
    @Test
    void isWhatConsulAccepts() throws Exception {
        Path consul = MeshPrograms.required("consul", ConsulFileTest.class);
        Path place = Files.writeString(folder.resolve("place.json"), "{\"data_dir\": \"" + folder + "\"}");

        Process validation = new ProcessBuilder(
                        consul.toString(),
                        "validate",
                        Path.of("consul", "server.hcl").toString(),
                        place.toString())
                .redirectErrorStream(true)
                .start();
        String words = new String(validation.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(validation.waitFor()).as(words).isZero();
    }
}
