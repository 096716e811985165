package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

final class TraceCommandTest {
    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    private final List<Integer> codes = new ArrayList<>();

    @Test
    void advisesATraceOnlyWhereNoSidecarWroteAnythingDown() throws Exception {
        assertThat(fault(List.of(), "turn-1")).contains("nothing is traced", "up --trace");

        Files.createFile(Files.createDirectories(home.resolve("logs")).resolve("edge.calls.log"));

        assertThat(fault(List.of(), "turn-1"))
                .contains("no trace of turn-1", "no call in what its sidecars wrote down")
                .doesNotContain("up --trace");
    }

    @Test
    void saysThatItWaits() throws Exception {
        Files.createDirectories(home.resolve("traces"));

        assertThat(fault(List.of(), "turn-1")).contains("no trace of turn-1");

        assertThat(output.err().lines())
                .singleElement()
                .asString()
                .startsWith("waiting for what services and sidecars still write down");
    }

    /** As an unknown turn is to {@code turn}. */
    @Test
    void anUnknownIdIsWrongInput() throws Exception {
        assertThat(fault(List.of(), "turn-1")).contains("nothing is traced");
        assertThat(codes).containsExactly(ExitCodes.FAILED);

        Files.createFile(Files.createDirectories(home.resolve("logs")).resolve("edge.calls.log"));

        assertThat(fault(List.of(), "turn-1")).contains("next: ", " turn turn-1 --home " + home);
        assertThat(codes).containsExactly(ExitCodes.FAILED, ExitCodes.USAGE);
    }

    @Test
    void saysThatWhatSidecarsSawIsNoJson() {
        assertThat(fault(List.of("edge -> gateway"), "turn-1", "-o", "json"))
                .contains("no trace of turn-1", "leave out -o json");
    }

    @Test
    void nanosecondsAreStringsThatNoReaderRounds() throws Exception {
        Files.writeString(
                Files.createDirectories(home.resolve("traces")).resolve("gateway.jsonl"),
                "{\"resourceSpans\":[{\"resource\":{},\"scopeSpans\":[{\"spans\":[{\"traceId\":\"" + "a".repeat(32)
                        + "\",\"spanId\":\"" + "b".repeat(16)
                        + "\",\"name\":\"turn\",\"startTimeUnixNano\":\"1763866800123456789\",\"endTimeUnixNano\":"
                        + "\"1763866800123456790\",\"attributes\":[]}]}]}]}\n");

        int exitCode = new CommandLine(new TraceCommand((folder, id) -> List.of()))
                .execute("--home", home.toString(), "-o", "json", "a".repeat(32));

        assertThat(exitCode).isZero();
        assertThat(output.out())
                .contains("\"startNanos\": \"1763866800123456789\"", "\"endNanos\": \"1763866800123456790\"");
    }

    @Test
    void showsWhatSidecarsSawOfAPromptThatWasNotTraced() {
        TraceCommand trace = new TraceCommand((folder, id) -> List.of("edge -> gateway of " + id));

        int exitCode = new CommandLine(trace).execute("--home", home.toString(), "turn-1");

        assertThat(exitCode).isZero();
        assertThat(output.out())
                .contains("were not traced", "edge is the outer door", "RESULT\nedge -> gateway of turn-1");
    }

    private String fault(List<String> seen, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--home", home.toString()));
        all.addAll(List.of(arguments));
        StringBuilder told = new StringBuilder();
        int exitCode = new CommandLine(new TraceCommand((folder, id) -> seen))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    told.append(failure.getMessage());
                    if (failure instanceof CommandFault fault) {
                        codes.add(fault.exitCode());
                    }
                    return 1;
                })
                .execute(all.toArray(String[]::new));
        assertThat(exitCode).isEqualTo(1);
        return told.toString();
    }
}
