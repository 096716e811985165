package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class InstanceTest {
    private static final ProcessHandle SELF = ProcessHandle.current();

    @TempDir
    Path home;

    @Test
    void isTheProcessThatWroteTheFileAndNoOtherWithItsNumber() throws IOException {
        Instant start = SELF.info().startInstant().orElseThrow();

        assertThat(Instance.in(run("started=" + start))).isPresent();
        assertThat(Instance.in(run("started=" + start.minusSeconds(60)))).isEmpty();
        assertThat(Instance.in(run(""))).isPresent();
        assertThat(Instance.in(run("started=never"))).isEmpty();
    }

    @Test
    void tellsWhichConfigurationFileItReads() throws IOException {
        assertThat(Instance.in(run("config=/etc/my=house.yml")))
                .hasValueSatisfying(instance -> assertThat(instance.config()).isEqualTo(Path.of("/etc/my=house.yml")));
        assertThat(Instance.in(run("")))
                .hasValueSatisfying(instance -> assertThat(instance.config()).isEqualTo(home.resolve("config.yml")));
    }

    private Path run(String started) throws IOException {
        Files.writeString(
                home.resolve("run"), "pid=" + SELF.pid() + "\n" + started + "\ngateway.grpc=tcp://127.0.0.1:1\n");
        return home;
    }
}
