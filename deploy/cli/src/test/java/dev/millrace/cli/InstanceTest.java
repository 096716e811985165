package dev.millrace.cli;

import dev.millrace.rpc.ProcessBirth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    @Test
    void isTheSameAfterTheClockWasSet() throws IOException {
        String born = ProcessBirth.of(SELF.pid()).orElse("");
        Assumptions.assumeFalse(born.isEmpty(), "NOT CHECKED: there is no /proc");
        Instant start = SELF.info().startInstant().orElseThrow();

        assertThat(Instance.in(run("started=" + start.minusSeconds(3600) + "\nborn=" + born)))
                .isPresent();
        assertThat(Instance.in(run("started=" + start + "\nborn=" + born + "1")))
                .isEmpty();
    }

    @Test
    void isToldOfWhileItStarts() throws IOException {
        Files.writeString(home.resolve("lock"), "pid=" + SELF.pid() + "\n");

        Instance starting = Instance.in(home).orElseThrow();

        assertThat(starting.isStarting()).isTrue();
        assertThatThrownBy(starting::grpcAddress).hasMessageContaining("process " + SELF.pid() + " is still starting");
        assertThat(Instance.in(run("")))
                .hasValueSatisfying(ready -> assertThat(ready.isStarting()).isFalse());
        Files.writeString(home.resolve("lock"), "");
        Files.delete(home.resolve("run"));
        assertThat(Instance.in(home)).isEmpty();
    }

    private Path run(String started) throws IOException {
        Files.writeString(
                home.resolve("run"), "pid=" + SELF.pid() + "\n" + started + "\ngateway.grpc=tcp://127.0.0.1:1\n");
        return home;
    }
}
