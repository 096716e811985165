package dev.millrace.mesh.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ProgramsTest {
    @TempDir
    Path place;

    @Test
    void takesThePostgresqlOfThePathForNewData() throws IOException {
        Path onPath = postgresql("own/bin", "77.1");
        postgresql("cache/mesh/postgresql/78/bin", "78.0");

        assertThat(programs(onPath).postgresql(place.resolve("none"))).isEqualTo(onPath);
    }

    @Test
    void takesTheVersionThatMadeTheData() throws IOException {
        Path onPath = postgresql("own/bin", "77.1");
        Path cached = postgresql("cache/mesh/postgresql/78/bin", "78.0");

        assertThat(programs(onPath).postgresql(data("78"))).isEqualTo(cached);
        assertThat(programs(onPath).postgresql(data("77"))).isEqualTo(onPath);
    }

    @Test
    void saysWhichVersionIsMissing() throws IOException {
        Path onPath = postgresql("own/bin", "77.1");

        assertThatThrownBy(() -> programs(onPath).postgresql(data("76")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("made by PostgreSQL 76")
                .hasMessageContaining(onPath.toString());
    }

    @Test
    void takesTheOneOfThePathUnlessItIsTooOldAndTheCacheHasAnother() throws IOException {
        Path onPath = Files.createDirectories(place.resolve("own"));
        Path own = program(onPath.resolve("consul"), "Consul v1.8.11");
        assertThat(programs(onPath).installed("consul")).isEqualTo(own);
        Path cached =
                program(Files.createDirectories(place.resolve("cache/mesh/bin")).resolve("consul"), "");

        assertThat(programs(onPath).installed("consul")).isEqualTo(cached);
        program(own, "Consul v1.20.3");
        assertThat(programs(onPath).installed("consul")).isEqualTo(own);
        program(own, "of no version");
        assertThat(programs(onPath).installed("consul")).isEqualTo(own);
    }

    private static Path program(Path file, String says) throws IOException {
        Files.writeString(file, "#!/bin/sh\necho '" + says + "'\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Programs programs(Path onPath) {
        return Programs.of(Map.of(
                "PATH",
                onPath.toString(),
                "MILLRACE_CACHE",
                place.resolve("cache").toString()));
    }

    private Path data(String version) throws IOException {
        Path data = Files.createDirectories(place.resolve("data-" + version));
        Files.writeString(data.resolve("PG_VERSION"), version + "\n");
        return data;
    }

    private Path postgresql(String folder, String version) throws IOException {
        Path programs = Files.createDirectories(place.toRealPath().resolve(folder));
        program(programs.resolve("initdb"), "initdb (PostgreSQL) " + version);
        return programs;
    }
}
