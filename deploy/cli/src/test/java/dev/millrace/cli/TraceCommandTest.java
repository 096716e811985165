package dev.millrace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

final class TraceCommandTest {
    @TempDir
    Path home;

    @Test
    void advisesATraceOnlyWhereNoSidecarWroteAnythingDown() throws Exception {
        assertThat(fault(List.of(), "turn-1")).contains("nothing is traced", "up --trace");

        Files.createFile(Files.createDirectories(home.resolve("logs")).resolve("edge.calls.log"));

        assertThat(fault(List.of(), "turn-1"))
                .contains("no trace of turn-1", "no call in what its sidecars wrote down")
                .doesNotContain("up --trace");
    }

    @Test
    void saysThatWhatSidecarsSawIsNoJson() {
        assertThat(fault(List.of("edge -> gateway"), "turn-1", "-o", "json"))
                .contains("no trace of turn-1", "leave out -o json");
    }

    private String fault(List<String> seen, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--home", home.toString()));
        all.addAll(List.of(arguments));
        StringBuilder told = new StringBuilder();
        int exitCode = new CommandLine(new TraceCommand((folder, id) -> seen))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    told.append(failure.getMessage());
                    return 1;
                })
                .execute(all.toArray(String[]::new));
        assertThat(exitCode).isEqualTo(1);
        return told.toString();
    }
}
