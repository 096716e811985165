package dev.millrace.mesh.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class LogCapTest {
    @TempDir
    Path logs;

    private final List<String> reopened = new ArrayList<>();

    @Test
    void movesARecordOfCallsAndLetsItsSidecarBeginAnother() throws IOException {
        Path calls = Files.writeString(logs.resolve("gateway-1.calls.log"), "12345678901");
        Files.writeString(logs.resolve("billing-1.calls.log"), "short");
        LogCap cap = new LogCap(logs, 10, reopened::add);

        cap.look();

        assertThat(calls).doesNotExist();
        assertThat(logs.resolve("gateway-1.calls.log.1")).hasContent("12345678901");
        assertThat(reopened).containsExactly("gateway-1");
    }

    @Test
    void asksASidecarAgainThatWasAway() throws IOException {
        Files.writeString(logs.resolve("gateway-1.calls.log"), "12345678901");
        LogCap cap = new LogCap(logs, 10, sidecar -> {
            reopened.add(sidecar);
            if (reopened.size() == 1) {
                throw new IOException("away");
            }
            Files.createFile(logs.resolve("gateway-1.calls.log"));
        });

        cap.look();
        cap.look();
        cap.look();

        assertThat(reopened).containsExactly("gateway-1", "gateway-1");
    }

    @Test
    void cutsWhatAProcessKeepsOpen() throws IOException {
        Path words = logs.resolve("gateway-1.out.log");
        try (var process = Files.newOutputStream(words, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            process.write("12345678901".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            new LogCap(logs, 10, reopened::add).look();
            process.write("more".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }

        assertThat(words).hasContent("more");
        assertThat(logs.resolve("gateway-1.out.log.1")).hasContent("12345678901");
    }

    @Test
    void leavesAloneWhatAServiceLooksAfter() throws IOException {
        Path own = Files.writeString(logs.resolve("gateway-1.log"), "12345678901");

        new LogCap(logs, 10, reopened::add).look();

        assertThat(own).hasContent("12345678901");
    }
}
