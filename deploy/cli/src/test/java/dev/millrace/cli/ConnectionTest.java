package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import static org.assertj.core.api.Assertions.assertThat;

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
