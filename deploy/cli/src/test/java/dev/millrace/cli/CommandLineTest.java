package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

import static dev.millrace.cli.FakeInstance.run;
import static org.assertj.core.api.Assertions.assertThat;

/** A line as an operator types it: its help, its misuse, and what it says where nobody answers. */
final class CommandLineTest {
    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @RegisterExtension
    final FakeInstance instance = FakeInstance.whole();

    @Test
    void withoutAnInstanceItSaysHowToStartOne() {
        int exitCode = run("models", "--home", home.toString());

        assertThat(exitCode).isEqualTo(3);
        assertThat(output.err())
                .contains("no Millrace runs in " + home)
                .contains("Start it with: millrace up --home " + home);
    }

    @Test
    void aWrongOptionIsMisuseAndToldInTwoLines() {
        assertThat(run("chat", "--no-such-option", "hello")).isEqualTo(2);
        assertThat(output.err()).isEqualTo("""
                error: Unknown option: '--no-such-option'
                  next: millrace chat --help
                """);
    }

    @Test
    void aNumberThatIsNoneIsToldInThePlainWordForOne() {
        assertThat(run("chat", "--seed", "abc", "hello")).isEqualTo(2);
        assertThat(run("chat", "--temperature", "hot", "hello")).isEqualTo(2);

        assertThat(output.err()).isEqualTo("""
                error: Invalid value for option '--seed': abc (expected: a whole number)
                  next: millrace chat --help
                error: Invalid value for option '--temperature': hot (expected: a number)
                  next: millrace chat --help
                """);
    }

    @Test
    void anUnknownFormOfOutputIsToldInTheWordsThatCanBeTyped() {
        assertThat(run("models", "-o", "xml")).isEqualTo(2);
        assertThat(output.err()).contains("xml (expected: text or json)");
    }

    /** It would be forgotten without a word, and text would come where JSON was asked for. */
    @Test
    void anOptionBeforeTheCommandThatItIsMeantForIsRefused() {
        assertThat(run("policy", "-o", "json", "replay")).isEqualTo(2);
        assertThat(run("price", "--address", instance.address(), "list")).isEqualTo(2);
        assertThat(run("-o", "json", "status")).isEqualTo(2);

        assertThat(output.out()).isEmpty();
        assertThat(output.err()).isEqualTo("""
                error: -o: before replay, where it does not count (expected: millrace policy replay -o …)
                  next: millrace policy replay --help
                error: --address: before list, where it does not count (expected: millrace price list --address …)
                  next: millrace price list --help
                error: Unknown options: '-o', 'json'
                  next: millrace --help
                """);
    }

    @Test
    void aHelpIsShownWhereverItIsAskedFor() {
        assertThat(run("policy", "--help", "replay")).isZero();

        assertThat(output.out()).startsWith("Usage: millrace policy");
    }

    @Test
    void aMisusedAddressOrTimeIsToldInOneLine() {
        assertThat(run("usage", "--address", "nowhere")).isEqualTo(2);
        assertThat(run("usage", "--address", instance.address(), "--since", "999999999999d"))
                .isEqualTo(2);
        assertThat(output.err()).isEqualTo("""
                error: --address: nowhere (expected: HOST:PORT)
                error: --since: 999999999999d (expected: today, 2026-01-31, 2026-01-31T08:00:00Z, 24h, 7d)
                """);
    }

    @Test
    void whatStartsMillraceStandsFirstInTheHelp() {
        assertThat(Millrace.run(new String[] {"--help"}, List.of(new Beginning()), (home, config) -> List.of()))
                .isZero();
        assertThat(output.out()).containsSubsequence("begin", "chat", "down");
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
        assertThat(output.out()).startsWith("Usage: millrace " + command);
        assertThat(output.err()).isEmpty();
    }

    /** Stands for the command that starts the services, which lives elsewhere. */
    @Command(name = "begin")
    private static final class Beginning implements Runnable {
        @Override
        public void run() {}
    }
}
