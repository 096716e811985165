package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ConnectionTest {
    @TempDir
    Path home;

    @Test
    void theConfigurationFileIsTheRunningInstancesOwn() throws IOException {
        assertThat(connection("--home", home.toString()).config()).isEqualTo(home.resolve("config.yml"));
        assertThat(connection("--home", home.toString()).typedUp()).doesNotContain("--config");

        Path chosen = home.resolve("my house.yml");
        Files.writeString(home.resolve("run"), "pid=" + ProcessHandle.current().pid() + "\nconfig=" + chosen + "\n");

        assertThat(connection("--home", home.toString()).config()).isEqualTo(chosen);
        assertThat(connection("--home", home.toString()).typedUp())
                .isEqualTo("millrace up --config '" + chosen + "' --home " + home);
    }

    @Test
    void theDoctorLooksAtTheFileThatTheRunningInstanceReads() throws IOException {
        Path chosen = Files.writeString(home.resolve("mine.yml"), "billing:\n  budgt: 1\n");
        Files.writeString(home.resolve("run"), "pid=" + ProcessHandle.current().pid() + "\nconfig=" + chosen + "\n");
        List<Path> read = new ArrayList<>();

        Millrace.run(new String[] {"doctor", "--home", home.toString()}, List.of(), (place, config) -> {
            read.add(config);
            return List.of();
        });

        assertThat(read).containsExactly(chosen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere", "", "a b:1", "http://host:9090", "host:99999", "host:0", "host:1/path", ":9090"})
    void anAddressThatIsNoneIsMisuse(String address) {
        assertThatThrownBy(() -> connection("--address", address).call(channel -> "called"))
                .isInstanceOfSatisfying(
                        CommandFault.class,
                        fault -> assertThat(fault.exitCode()).isEqualTo(ExitCodes.USAGE))
                .hasMessage("--address: " + (address.isEmpty() ? "nothing" : address) + " (expected: HOST:PORT)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9090", "localhost:1", "[::1]:65535"})
    void anAddressIsAHostAndAPort(String address) {
        assertThat(connection("--address", address).<String>call(channel -> "called"))
                .isEqualTo("called");
    }

    private static Connection connection(String... arguments) {
        Asking asking = new Asking();
        new CommandLine(asking).parseArgs(arguments);
        return asking.connection;
    }

    @Command
    private static final class Asking {
        @Mixin
        private Connection connection = new Connection();
    }
}
