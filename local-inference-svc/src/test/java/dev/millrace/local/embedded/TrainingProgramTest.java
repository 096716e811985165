package dev.millrace.local.embedded;

import dev.millrace.local.Answer;
import dev.millrace.local.Ending;
import dev.millrace.local.Generation;
import dev.millrace.local.embeddings.MiniLmEngine;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The program that made the starter model, from its sentences to a file in the embedded engine. Without a Python that has its
 * packages the test is skipped and says so; {@code training/check} installs them and runs it.
 */
final class TrainingProgramTest {
    private static final Path PROGRAM = Path.of("training").toAbsolutePath();
    private static final String NAMED = "MILLRACE_TRAINING_PYTHON";
    private static final String PACKAGES = "import gguf, jax, numpy, onnxruntime, sentencepiece, tokenizers";
    private static final long MINUTES_MAX = 10;

    @TempDir
    static Path folder;

    private static String python = "";
    private static Optional<String> missing = Optional.empty();

    @BeforeAll
    static void find() throws Exception {
        python = python();
        Path said = folder.resolve("packages.log");
        if (run(said, "-c", PACKAGES) != 0) {
            String why = python + " lacks packages of training/requirements.txt: " + lastLine(said)
                    + ". `local-inference-svc/training/check` installs them and runs this test";
            if (System.getenv(NAMED) != null) {
                throw new IllegalStateException(NAMED + ": " + why);
            }
            System.err.println("SKIPPED: the training program was not tried: " + why);
            missing = Optional.of(why);
        }
    }

    /** Before each test, because a class that gives up at its start counts as no test at all. */
    @BeforeEach
    void hasItsPackages() {
        assumeThat(missing).as("what is missing of the training program").isEmpty();
    }

    private static String python() {
        String named = System.getenv(NAMED);
        if (named != null) {
            return named;
        }
        Path made = Path.of(System.getProperty("user.home"), ".cache/millrace-training/venv/bin/python");
        return Files.isExecutable(made) ? made.toString() : "python3";
    }

    @Test
    void twoRunsOfWhichOneWasInterruptedAgreeToTheByteAndTheEngineRunsTheFile() throws Exception {
        Path teacher = teacher();
        Path whole = rehearse(teacher, folder.resolve("whole"));
        Path interrupted = rehearse(teacher, folder.resolve("interrupted"), "--interrupted");

        assertThat(Files.mismatch(whole, interrupted)).isEqualTo(-1);
        assertThat(Files.readString(folder.resolve("interrupted.log"))).contains("interrupted");
        assertThat(tokensOf(whole)).isPositive();
    }

    @Test
    void refusesToGoOnFromWhatDoesNotFitAndSaysWhatToDo() throws Exception {
        Path said = folder.resolve("fit.log");

        int status = run(said, "-m", "unittest", "test_fit");

        assertThat(status).as(Files.readString(said)).isZero();
        assertThat(lastLine(said)).isEqualTo("OK");
    }

    private static Path rehearse(Path teacher, Path out, String... more) throws Exception {
        Path said = folder.resolve(out.getFileName() + ".log");
        List<String> arguments =
                new ArrayList<>(List.of("rehearse.py", "--teacher", teacher.toString(), "--out", out.toString()));
        arguments.addAll(List.of(more));

        assertThat(run(said, arguments.toArray(String[]::new)))
                .as(Files.readString(said))
                .isZero();
        return out.resolve("millrace-starter.gguf");
    }

    private static int run(Path said, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(python).directory(PROGRAM.toFile());
        builder.command().addAll(List.of(arguments));
        // Nothing is left in the source tree.
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process;
        try {
            process = builder.redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
        } catch (IOException missing) {
            Files.writeString(said, String.valueOf(missing.getMessage()));
            return -1;
        }
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException("no end within " + MINUTES_MAX + " minutes: " + Files.readString(said));
        }
        return process.exitValue();
    }

    private static String lastLine(Path said) throws IOException {
        return Files.readString(said).strip().lines().reduce("nothing", (before, line) -> line);
    }

    /** The model that teaches what words mean is the one that Millrace ships. */
    private static Path teacher() throws IOException {
        Path teacher = Files.createDirectories(folder.resolve("teacher"));
        copy("/all-minilm-l6-v2-q.onnx", teacher.resolve("model.onnx"));
        copy("/all-minilm-l6-v2-q-tokenizer.json", teacher.resolve("tokenizer.json"));
        return teacher;
    }

    private static void copy(String resource, Path to) throws IOException {
        try (InputStream in = Objects.requireNonNull(MiniLmEngine.class.getResourceAsStream(resource), resource)) {
            Files.copy(in, to);
        }
    }

    /** How many tokens the embedded engine writes by the file; what they say is babble. */
    private static long tokensOf(Path file) throws Exception {
        try (LlamaEngine engine = new LlamaEngine(
                new EmbeddedConfig(true, "millrace-starter", file.toString(), 1, 1, 0, 0.0), folder.resolve("cache"))) {
            engine.load("millrace-starter", fraction -> {});
            Ending ending = engine.generate(
                    new Generation(
                            "millrace-starter",
                            List.of(Message.newBuilder()
                                    .setRole(Role.ROLE_USER)
                                    .addParts(ContentPart.newBuilder().setText("What is Millrace?"))
                                    .build()),
                            SamplingParameters.newBuilder().setTemperature(0).build(),
                            List.of(),
                            ToolChoice.getDefaultInstance(),
                            ResponseFormat.getDefaultInstance(),
                            8,
                            LengthCause.LENGTH_CAUSE_MAX_OUTPUT_TOKENS,
                            OptionalLong.empty(),
                            ""),
                    new Unread());
            return ending.usage().getOutputTokens();
        }
    }

    private static final class Unread implements Answer {
        @Override
        public void loading(OptionalDouble fraction) {}

        @Override
        public void started(OptionalLong inputTokens, List<String> droppedParameters) {}

        @Override
        public void delta(Delta delta) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable action) {}
    }
}
