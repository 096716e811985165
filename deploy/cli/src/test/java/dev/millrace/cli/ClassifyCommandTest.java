package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.millrace.cli.FakeInstance.run;
import static org.assertj.core.api.Assertions.assertThat;

/** The verdict on a prompt, and on those of a file. */
final class ClassifyCommandTest {
    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @RegisterExtension
    final FakeInstance instance = FakeInstance.whole();

    @Test
    void aPromptsVerdictIsShownInWordsAndAFilesAsScores() throws Exception {
        Path file = Files.writeString(home.resolve("p.jsonl"), "{\"id\": \"a\", \"prompt\": \"hello\"}\n");

        assertThat(run("classify", "--address", instance.address(), "hello")).isZero();
        assertThat(run("classify", "--address", instance.address(), "--file", file.toString()))
                .isZero();

        assertThat(output.out()).isEqualTo("""
                score 0.12 (confidence 0.80)   tier trivial   sensitive no
                intent greeting   task chat   language en   about 9 tokens
                signals: -0.23 length: 1 word
                a\t0.12
                """);
    }

    @Test
    void aFileAndAPromptTogetherAreRefused() {
        assertThat(run("classify", "--address", instance.address(), "--file", "/nope", "hello"))
                .isEqualTo(2);
        assertThat(output.err())
                .isEqualTo("error: --file and TEXT: both (expected: the prompts of a file, or one prompt)\n");
    }

    @Test
    void aFileThatIsNotThereIsSaidSo() {
        assertThat(run("classify", "--address", instance.address(), "--file", "/nope"))
                .isEqualTo(2);
        assertThat(output.err())
                .isEqualTo("error: --file: /nope does not exist (expected: JSON Lines with id and prompt)\n");
    }

    @Test
    void aFileThatIsNoTextIsSaidSo() throws Exception {
        Path file = Files.write(
                home.resolve("prompts.jsonl"),
                "{\"id\": \"a\", \"prompt\": \"caf\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(run("classify", "--address", instance.address(), "--file", file.toString()))
                .isEqualTo(2);
        assertThat(run("policy", "calibrate", "--address", instance.address(), "--labels", file.toString()))
                .isEqualTo(2);
        assertThat(output.err())
                .isEqualTo("error: --file: " + file + " is not UTF-8 (expected: JSON Lines in it)\nerror: --labels: "
                        + file + " is not UTF-8 (expected: JSON Lines in it)\n");
    }

    @Test
    void aLineOfAFileThatIsNoPromptIsNamed() throws Exception {
        Path file = Files.writeString(home.resolve("prompts.jsonl"), "{\"id\": 1}\n");

        int exitCode = run("classify", "--address", instance.address(), "--file", file.toString());

        assertThat(exitCode).isEqualTo(2);
        assertThat(output.err()).contains("prompts.jsonl line 1: expected an object with \"id\" and \"prompt\"");
    }

    @ParameterizedTest
    @CsvSource({"'  ', the prompt is empty", "refuse me, text: too long"})
    void aPromptOfAFileThatCannotBeJudgedIsNamed(String prompt, String why) throws Exception {
        Path file = Files.writeString(
                home.resolve("prompts.jsonl"),
                "{\"id\": \"a\", \"prompt\": \"hello\"}\n\n{\"id\": \"b\", \"prompt\": \"" + prompt + "\"}\n");

        int exitCode = run("classify", "--address", instance.address(), "--file", file.toString());

        assertThat(exitCode).isEqualTo(2);
        assertThat(output.out()).isEqualTo("a\t0.12\n");
        assertThat(output.err()).startsWith("error: " + file + " line 3, id b: " + why);
    }
}
