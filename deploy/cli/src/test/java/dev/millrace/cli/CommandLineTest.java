package dev.millrace.cli;

import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.MetadataKeys;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

import static org.assertj.core.api.Assertions.assertThat;

final class CommandLineTest {
    @TempDir
    Path home;

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> traceparents = new ArrayList<>();
    private GrpcServer server = GrpcServer.builder("gateway")
            .listen("tcp://127.0.0.1:0")
            .service(ServerInterceptors.intercept(new FakeGateway(), new Headers()))
            .service(new FakeLedger())
            .service(new FakePrices())
            .service(new FakeClassifier())
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
                ── local · millrace-starter · trivial 0.12, short question · 14 in 31 out · first token 21 ms, 840 tok/s · 0 USD, saved 0.000276 against gpt-4.1 · turn 0197c2e4-0a1b-7001
                """);
    }

    @Test
    void asksForATraceOfEachPrompt() {
        run("chat", "--address", address(), "hello");
        run("chat", "--address", address(), "hello");

        assertThat(traceparents)
                .hasSize(2)
                .doesNotHaveDuplicates()
                .allMatch(header -> header.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
    }

    @Test
    void showsWhatSidecarsSawOfAPromptThatWasNotTraced() {
        TraceCommand trace = new TraceCommand((folder, id) -> List.of("edge -> gateway of " + id));

        int exitCode = new CommandLine(trace).execute("--home", home.toString(), "turn-1");

        assertThat(exitCode).isZero();
        assertThat(text(out))
                .contains("were not traced", "edge is the outer door", "RESULT\nedge -> gateway of turn-1");
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
                  next: retry in 2 s
                """);
    }

    @Test
    void withoutAnInstanceItSaysHowToStartOne() {
        int exitCode = run("models", "--home", home.toString());

        assertThat(exitCode).isEqualTo(3);
        assertThat(text(err))
                .contains("no Millrace runs in " + home)
                .contains("Start it with: millrace up --home " + home);
    }

    @Test
    void statusSaysNothingOfBackendsWhereTheGatewayDidNot() {
        try (GrpcServer bare = GrpcServer.builder("gateway")
                .listen("tcp://127.0.0.1:0")
                .service(new FakeClassifier())
                .start()) {
            String address = bare.addresses().getFirst().getAuthority();

            assertThat(run("status", "--address", address)).isEqualTo(3);
        }
        assertThat(text(out))
                .containsPattern("gateway +FAILING")
                .containsPattern("classifier +healthy")
                .containsPattern("local-inference +FAILING +not known: the gateway did not list its models");
    }

    @Test
    void aWrongOptionIsMisuseAndToldInTwoLines() {
        assertThat(run("chat", "--no-such-option", "hello")).isEqualTo(2);
        assertThat(text(err)).isEqualTo("""
                error: Unknown option: '--no-such-option'
                  next: millrace chat --help
                """);
    }

    @Test
    void anUnknownFormOfOutputIsToldInTheWordsThatCanBeTyped() {
        assertThat(run("models", "-o", "xml")).isEqualTo(2);
        assertThat(text(err)).contains("xml (expected: text or json)");
    }

    @Test
    void whatStartsMillraceStandsFirstInTheHelp() {
        assertThat(Millrace.run(new String[] {"--help"}, List.of(new Beginning()), (home, config) -> List.of()))
                .isZero();
        assertThat(text(out)).containsSubsequence("begin", "chat", "down");
    }

    @Test
    void aTurnTellsWhyItWentThereAndWhatItCost() {
        assertThat(run("turn", "--address", address(), "chatcmpl-" + FakeLedger.TURN))
                .isZero();
        assertThat(text(out)).isEqualTo("""
                turn 0197c2e4-0a1b-7001-8000-000000000001   2026-01-31T08:00:00Z   completed
                  cloud words   18 in 8 out (reported)   3 wasted   first token 108 ms   total 1.7 s
                  charged 0.000007 USD, saved 0.000157 against gpt-4.1
                why
                  tier complex: score 0.74 (moderate from 0.35, complex from 0.65, premium from 0.90), confidence 0.99, policy-1
                  intent out_of_scope   task reasoning   language en   about 1 token   internal (email)
                  signals +0.26 asks for a proof or a derivation  -0.18 option lines
                candidates
                  1  local  starter  within its limit
                  2  cloud  words    tier match
                  -  cloud  gpt-4.1  left out: no key
                attempts
                  1  starter  12 ms     ENGINE_FAILED: out of memory
                  2  words    1,700 ms  completed
                held of the budget
                  2  words  0.000480 USD  settled, for up to 64 output tokens
                calls and what they cost you
                  1 try 1  embedded   starter  failed     ? in ? out              0.000000 USD
                  2 try 1  holysheep  words    completed  18 in 8 out (reported)  0.000007 USD
                """);
    }

    @Test
    void modelsTellsOtherNamesAndSaysOnceWhatIsMissing() {
        assertThat(run("models", "--address", address())).isZero();
        assertThat(text(out)).isEqualTo("""
                MODEL    ALSO CALLED   ROUTE  ENGINE     CONTEXT  IN USD/M  OUT USD/M  CAN   STATE
                starter                local  embedded       512         -          -  chat  loaded
                gpt-4.1  gpt-4, smart  cloud  holysheep        ?      2.00       8.00  chat  unavailable
                gpt-5                  cloud  holysheep        ?         -          -  chat  unavailable
                unavailable: holysheep: no key: set HOLYSHEEP_API_KEY
                Besides these: auto (the policy chooses), local (never leaves), cloud (never a local engine).
                """);
    }

    @Test
    void priceWithoutAWordMoreIsTheList() {
        assertThat(run("price", "--address", address())).isZero();
        assertThat(text(out)).contains("gpt-4.1").contains("8.00");
    }

    @Test
    void aPromptsVerdictIsShownInWordsAndAFilesAsScores() throws Exception {
        Path file = Files.writeString(home.resolve("p.jsonl"), "{\"id\": \"a\", \"prompt\": \"hello\"}\n");

        assertThat(run("classify", "--address", address(), "hello")).isZero();
        assertThat(run("classify", "--address", address(), "--file", file.toString()))
                .isZero();

        assertThat(text(out)).isEqualTo("""
                score 0.12 (confidence 0.80)   tier trivial   sensitive no
                intent greeting   task chat   language en   about 9 tokens
                signals: -0.23 length: 1 word
                a\t0.12
                """);
    }

    @Test
    void aFileThatIsNotThereIsSaidSo() {
        assertThat(run("classify", "--address", address(), "--file", "/nope")).isEqualTo(2);
        assertThat(text(err))
                .isEqualTo("error: --file: /nope does not exist (expected: JSON Lines with id and prompt)\n");
    }

    @Test
    void theDoctorReadsTheConfigurationAsAStartDoes() throws Exception {
        Files.writeString(home.resolve("config.yml"), "billing:\n  budgt: 1\n");

        int exitCode = Millrace.run(
                new String[] {"doctor", "--home", home.toString()},
                List.of(),
                (place, config) -> List.of("billing.budgt (no such key)   in " + config + " line 2"));

        assertThat(exitCode).isEqualTo(1);
        assertThat(text(out))
                .containsPattern(
                        "problem +config +billing.budgt \\(no such key\\) +in .*config.yml line 2. Correct that line: nothing starts until then");
    }

    @Test
    void downEndsWhatWasLeftEvenWhereNothingRuns() {
        int exitCode = Millrace.run(
                new String[] {"down", "--home", home.toString()}, List.of(), (place, config) -> List.of(), place -> {
                    assertThat(place).isEqualTo(home);
                    return 3;
                });

        assertThat(exitCode).isZero();
        assertThat(text(out)).contains("no Millrace runs in").contains("ended 3 processes that were left there");
    }

    /** Stands for the command that starts the services, which lives elsewhere. */
    @Command(name = "begin")
    private static final class Beginning implements Runnable {
        @Override
        public void run() {}
    }

    @Test
    void aLineOfAFileThatIsNoPromptIsNamed() throws Exception {
        Path file = Files.writeString(home.resolve("prompts.jsonl"), "{\"id\": 1}\n");

        int exitCode = run("classify", "--address", address(), "--file", file.toString());

        assertThat(exitCode).isEqualTo(2);
        assertThat(text(err)).contains("prompts.jsonl line 1: expected an object with \"id\" and \"prompt\"");
    }

    @ParameterizedTest
    @CsvSource({"'  ', the prompt is empty", "refuse me, text: too long"})
    void aPromptOfAFileThatCannotBeJudgedIsNamed(String prompt, String why) throws Exception {
        Path file = Files.writeString(
                home.resolve("prompts.jsonl"),
                "{\"id\": \"a\", \"prompt\": \"hello\"}\n\n{\"id\": \"b\", \"prompt\": \"" + prompt + "\"}\n");

        int exitCode = run("classify", "--address", address(), "--file", file.toString());

        assertThat(exitCode).isEqualTo(2);
        assertThat(text(out)).isEqualTo("a\t0.12\n");
        assertThat(text(err)).startsWith("error: " + file + " line 3, id b: " + why);
    }

    @Test
    void statusHeadsItsAnswersWithTheGatewayThatWasAsked() throws Exception {
        Files.writeString(
                home.resolve("run"), "pid=" + ProcessHandle.current().pid() + "\ngateway.grpc=tcp://127.0.0.1:1\n");

        run("status", "--home", home.toString(), "--address", address());

        assertThat(text(out)).startsWith("gRPC " + address() + "\n").doesNotContain("127.0.0.1:1\n", "process");
    }

    @Test
    void aMisusedAddressOrTimeIsToldInOneLine() {
        assertThat(run("usage", "--address", "nowhere")).isEqualTo(2);
        assertThat(run("usage", "--address", address(), "--since", "999999999999d"))
                .isEqualTo(2);
        assertThat(text(err)).isEqualTo("""
                error: --address: nowhere (expected: HOST:PORT)
                error: --since: 999999999999d (expected: today, 2026-01-31, 2026-01-31T08:00:00Z, 24h, 7d)
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chat",
                "route",
                "classify",
                "usage",
                "turn",
                "models",
                "price",
                "price set",
                "budget",
                "policy",
                "policy calibrate",
                "policy replay",
                "status",
                "doctor",
                "down"
            })
    void everyCommandHasAHelpWithoutComplaints(String command) {
        int exitCode = run((command + " --help").split(" "));

        assertThat(exitCode).isZero();
        assertThat(text(out)).startsWith("Usage: millrace " + command);
        assertThat(text(err)).isEmpty();
    }

    private int run(String... arguments) {
        return Millrace.run(arguments, List.of(), (place, config) -> List.of());
    }

    private String address() {
        return server.addresses().getFirst().getAuthority();
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Notes what comes with each prompt. */
    private final class Headers implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            traceparents.add(String.valueOf(headers.get(MetadataKeys.TRACEPARENT)));
            return next.startCall(call, headers);
        }
    }
}
