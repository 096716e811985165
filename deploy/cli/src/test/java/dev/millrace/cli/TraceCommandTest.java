package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

final class TraceCommandTest {
    private static final String TRACE = "a".repeat(32);
    /** A trace of one step that ended long ago. */
    private static final String SPAN = """
            {"resourceSpans":[{"resource":{},"scopeSpans":[{"spans":[{"traceId":"%s","spanId":"%s","name":"turn",\
            "startTimeUnixNano":"1763866800123456789","endTimeUnixNano":"1763866800123456790","attributes":[]}]}]}]}
            """.formatted(TRACE, "b".repeat(16));

    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    private final List<Integer> codes = new ArrayList<>();
    private final SleptTime time = new SleptTime();

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
                .startsWith("waiting for what services and sidecars still write down, at most 5 s");
        assertThat(time.slept()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void findsWhatIsWrittenDownWhileItWaits() throws Exception {
        Path traces = Files.createDirectories(home.resolve("traces"));
        time.after(Duration.ofSeconds(2), () -> Files.writeString(traces.resolve("gateway.jsonl"), SPAN));

        assertThat(trace(List.of(), TRACE)).isZero();

        assertThat(output.out()).contains("trace " + TRACE + "   1 step in 1 service");
        assertThat(time.slept()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void whatNoServiceTracesIsNotWaitedFor() {
        assertThat(fault(List.of(), "turn-1")).contains("nothing is traced");
        assertThat(time.slept()).isZero();
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
        Files.writeString(Files.createDirectories(home.resolve("traces")).resolve("gateway.jsonl"), SPAN);

        assertThat(trace(List.of(), "-o", "json", TRACE)).isZero();

        assertThat(output.out())
                .contains("\"startNanos\": \"1763866800123456789\"", "\"endNanos\": \"1763866800123456790\"");
    }

    @Test
    void showsWhatSidecarsSawOfAPromptThatWasNotTraced() {
        assertThat(trace(List.of("edge -> gateway of "), "turn-1")).isZero();

        assertThat(output.out())
                .contains("were not traced", "edge is the outer door", "RESULT\nedge -> gateway of turn-1");
    }

    /** @param seen what the sidecars saw; the id that was asked for ends each line */
    private int trace(List<String> seen, String... arguments) {
        return command(seen).execute(inHome(arguments));
    }

    private String fault(List<String> seen, String... arguments) {
        StringBuilder told = new StringBuilder();
        int exitCode = command(seen)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    told.append(failure.getMessage());
                    if (failure instanceof CommandFault fault) {
                        codes.add(fault.exitCode());
                    }
                    return 1;
                })
                .execute(inHome(arguments));
        assertThat(exitCode).isEqualTo(1);
        return told.toString();
    }

    private CommandLine command(List<String> seen) {
        return new CommandLine(new TraceCommand(
                (folder, id) -> seen.stream().map(line -> line + id).toList(), time));
    }

    private String[] inHome(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--home", home.toString()));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    /** Passes where somebody sleeps, and there only. */
    private static final class SleptTime implements TraceCommand.Time {
        private long slept;
        private long meanwhileAt = Long.MAX_VALUE;
        private Meanwhile meanwhile = () -> {};

        /** Lets something happen once so much was slept. */
        void after(Duration time, Meanwhile happens) {
            meanwhileAt = time.toNanos();
            meanwhile = happens;
        }

        Duration slept() {
            return Duration.ofNanos(slept);
        }

        @Override
        public long nanos() {
            return slept;
        }

        @Override
        public void sleep(long millis) {
            slept += Duration.ofMillis(millis).toNanos();
            if (slept >= meanwhileAt) {
                meanwhileAt = Long.MAX_VALUE;
                try {
                    meanwhile.happens();
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        }
    }

    private interface Meanwhile {
        void happens() throws IOException;
    }
}
