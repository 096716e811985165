package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.millrace.cli.FakeInstance.run;
import static org.assertj.core.api.Assertions.assertThat;

/** An answer as {@code chat} shows it, and its refusals. */
final class ChatCommandTest {
    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @RegisterExtension
    final FakeInstance instance = FakeInstance.whole();

    @Test
    void streamsAnAnswerAndTellsWhereItRanAndWhatItCost() {
        int exitCode = run("chat", "--address", instance.address(), "hello");

        assertThat(exitCode).isZero();
        assertThat(output.out()).isEqualTo("""
                We are open.
                ── local · millrace-starter · trivial 0.12, short question · 14 in 31 out · first token 21 ms, 840 tok/s · 0 USD, saved 0.000276 against gpt-4.1 · turn 0197c2e4-0a1b-7001
                """);
    }

    @Test
    void namesALocalEngineThatIsNotTheOneInside() {
        run("chat", "--address", instance.address(), "to ollama");

        assertThat(output.out()).contains("── local (ollama) · millrace-starter · ");
    }

    @Test
    void asksForATraceOfEachPrompt() {
        run("chat", "--address", instance.address(), "hello");
        run("chat", "--address", instance.address(), "hello");

        assertThat(instance.traceparents())
                .hasSize(2)
                .doesNotHaveDuplicates()
                .allMatch(header -> header.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
    }

    @Test
    void aSpentBudgetHasItsOwnExitCode() {
        int exitCode = run("chat", "--address", instance.address(), "no money");

        assertThat(exitCode).isEqualTo(4);
        assertThat(output.err()).startsWith("error: the budget is spent");
        assertThat(output.out()).isEmpty();
    }

    @Test
    void aPromptThatTheDoorDoesNotEvenReadIsMisuse() {
        int exitCode = run("chat", "--address", instance.address(), "a".repeat(17 << 20));

        assertThat(exitCode).isEqualTo(2);
        assertThat(output.err())
                .contains(
                        "error: the request is too large for the door (",
                        "maximum size 16777216",
                        "). Shorten the prompt");
    }

    @Test
    void namesEachBackendThatFailedAndWhatToDoNext() {
        int exitCode = run("chat", "--address", instance.address(), "nobody");

        assertThat(exitCode).isEqualTo(3);
        assertThat(output.err()).isEqualTo("""
                error: no backend could answer (0197c2e4)
                  cloud  deepseek-v3.2  PROVIDER_KEY_REFUSED: key refused by api.holysheep.ai (403)
                  local  ollama         not tried: ollama does not answer: start it
                  next: retry in 2 s
                """);
    }

    @Test
    void saysThatTheOuterDoorAnsweredAndNoGateway() {
        assertThat(run("chat", "--address", instance.address(), "no gateway")).isEqualTo(3);
        assertThat(run("chat", "--address", instance.address(), "gateway lost")).isEqualTo(1);
        assertThat(output.err()).isEqualTo("""
                error: no gateway answers behind the outer door (no healthy upstream)
                  next: `millrace ps` shows what runs, `millrace logs gateway` why one ended; ask again in a moment
                error: the gateway behind the outer door ended with this call in its hands (upstream connect error or disconnect/reset before headers. reset reason: connection termination)
                  next: `millrace ps` shows what runs, `millrace logs gateway` why one ended; ask again in a moment
                """);
    }
}
