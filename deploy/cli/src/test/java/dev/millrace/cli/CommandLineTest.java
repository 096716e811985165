package dev.millrace.cli;

import dev.millrace.rpc.GrpcServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class CommandLineTest {
    @TempDir
    Path home;

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private GrpcServer server = GrpcServer.builder("gateway")
            .listen("tcp://127.0.0.1:0")
            .service(new FakeGateway())
            .start();

    @BeforeEach
    void captureOutput() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(realOut);
        System.setErr(realErr);
        server.close();
    }

    @Test
    void streamsAnAnswerAndTellsWhereItRanAndWhatItCost() {
        int exitCode = run("chat", "--address", address(), "hello");

        assertThat(exitCode).isZero();
        assertThat(text(out)).isEqualTo("""
                We are open.
                ── local · millrace-starter · trivial 0.12 (short question) · 14 in 31 out · first token 21 ms, 840 tok/s · 0 USD, saved 0.000276 against gpt-4.1
                """);
    }

    @Test
    void aSpentBudgetHasItsOwnExitCode() {
        int exitCode = run("chat", "--address", address(), "no money");

        assertThat(exitCode).isEqualTo(4);
        assertThat(text(err)).startsWith("error: the budget is spent");
        assertThat(text(out)).isEmpty();
    }

    @Test
    void namesEachBackendThatFailedAndWhatToDoNext() {
        int exitCode = run("chat", "--address", address(), "nobody");

        assertThat(exitCode).isEqualTo(3);
        assertThat(text(err)).isEqualTo("""
                error: no backend could answer (0197c2e4)
                  cloud  deepseek-v3.2  PROVIDER_KEY_REFUSED: key refused by api.holysheep.ai (403)
                  local  ollama         not tried: ollama does not answer: start it
                  next: retry in 2000 ms
                """);
    }

    @Test
    void withoutAnInstanceItSaysHowToStartOne() {
        int exitCode = run("models", "--home", home.toString());

        assertThat(exitCode).isEqualTo(3);
        assertThat(text(err)).contains("no Millrace runs in " + home).contains("millrace up");
    }

    @Test
    void aWrongOptionIsMisuse() {
        assertThat(run("chat", "--no-such-option", "hello")).isEqualTo(2);
    }

    @Test
    void aLineOfAFileThatIsNoPromptIsNamed() throws Exception {
        Path file = java.nio.file.Files.writeString(home.resolve("prompts.jsonl"), "{\"id\": 1}\n");

        int exitCode = run("classify", "--address", address(), "--file", file.toString());

        assertThat(exitCode).isEqualTo(2);
        assertThat(text(err)).contains("prompts.jsonl line 1: expected an object with \"id\" and \"prompt\"");
    }

    private int run(String... arguments) {
        return Millrace.run(arguments, List.of());
    }

    private String address() {
        return server.addresses().getFirst().getAuthority();
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
