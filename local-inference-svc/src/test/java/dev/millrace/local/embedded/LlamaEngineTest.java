package dev.millrace.local.embedded;

import dev.millrace.local.Answer;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.LocalModel.State;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class LlamaEngineTest {
    private static final List<String> PROMPTS =
            List.of("Hello!", "Tell me a story.", "What is Millrace?", "What is a token?", "Thanks, bye");

    @TempDir
    static Path cache;

    private static LlamaEngine engine;

    @BeforeAll
    static void load() throws Exception {
        engine = new LlamaEngine(config(""), cache);
        engine.load("millrace-starter", fraction -> {});
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static EmbeddedConfig config(String file) {
        return new EmbeddedConfig(true, "millrace-starter", file, 4, 1, 0, 0.0);
    }

    private static Generation generation(String text, SamplingParameters.Builder sampling) {
        return new Generation(
                "millrace-starter",
                List.of(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText(text))
                        .build()),
                sampling.build(),
                List.of(),
                ToolChoice.getDefaultInstance(),
                ResponseFormat.getDefaultInstance(),
                100,
                LengthCause.LENGTH_CAUSE_MAX_OUTPUT_TOKENS,
                OptionalLong.empty(),
                "");
    }

    private static String say(String prompt, int seed) throws Exception {
        Text text = new Text(Integer.MAX_VALUE);
        engine.generate(
                generation(prompt, SamplingParameters.newBuilder().setSeed(seed).setTemperature(1.0)), text);
        return text.written.toString();
    }

    @Test
    void sameSeedGivesTheSameTextWhileOtherSlotsWork() throws Exception {
        List<String> alone = new ArrayList<>();
        for (String prompt : PROMPTS) {
            alone.add(say(prompt, 42));
        }

        List<Future<String>> together = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 60; i++) {
                String prompt = PROMPTS.get(i % PROMPTS.size());
                together.add(callers.submit(() -> say(prompt, 42)));
            }
        }

        for (int i = 0; i < together.size(); i++) {
            assertThat(together.get(i).get()).isEqualTo(alone.get(i % PROMPTS.size()));
        }
    }

    @Test
    void namesWhatOfMessagesItIsNotGiven() throws Exception {
        Generation plain = generation("Hello!", SamplingParameters.newBuilder());
        Message named = plain.messages().getFirst().toBuilder()
                .setName("ann")
                .setExtraJson("{\"mood\":1}")
                .build();
        Text text = new Text(Integer.MAX_VALUE);

        engine.generate(
                new Generation(
                        plain.model(),
                        List.of(named),
                        plain.sampling(),
                        plain.tools(),
                        plain.toolChoice(),
                        plain.responseFormat(),
                        plain.outputTokensMax(),
                        plain.lengthCause(),
                        plain.estimatedInputTokens(),
                        "{\"logit_bias\":{}}"),
                text);

        assertThat(text.dropped).containsExactly("logit_bias", "messages[0].name", "messages[0].mood");
    }

    @Test
    void anotherSeedGivesAnotherText() throws Exception {
        List<String> texts = new ArrayList<>();
        for (int seed : IntStream.range(0, 8).toArray()) {
            texts.add(say("Tell me a story.", seed));
        }

        assertThat(texts.stream().distinct()).hasSizeGreaterThan(1);
    }

    @Test
    void longPromptsOneAfterTheOtherFillEverySlotAndStillRun() throws Exception {
        for (int words : IntStream.iterate(20, count -> count + 40).limit(30).toArray()) {
            Generation generation = generation("word ".repeat(words % 460), SamplingParameters.newBuilder());
            try {
                engine.checkFits(generation);
            } catch (EngineFault tooLong) {
                continue;
            }

            assertThat(engine.generate(generation, new Text(Integer.MAX_VALUE))
                            .usage()
                            .getInputTokens())
                    .isPositive();
        }
    }

    @Test
    void aCallerWhoLeavesFreesTheSlotForTheNext() throws Exception {
        for (int i = 0; i < 12; i++) {
            Generation story = generation(
                    "Tell me a story.", SamplingParameters.newBuilder().setTemperature(1.8));

            assertThat(catchThrowableOfType(Gone.class, () -> engine.generate(story, new Text(2))))
                    .isNotNull();
        }

        assertThat(say("Hello!", 1)).isNotBlank();
    }

    @Test
    void aDamagedModelFileIsUnavailableWithTheReasonAndDoesNotEndTheProcess() throws Exception {
        Path damaged = Files.writeString(cache.resolve("damaged.gguf"), "GGUF but not for long");
        try (LlamaEngine broken = new LlamaEngine(config(damaged.toString()), cache)) {
            EngineFault fault =
                    catchThrowableOfType(EngineFault.class, () -> broken.load("millrace-starter", fraction -> {}));

            assertThat(fault.kind()).isEqualTo(EngineFault.Kind.FAILED);
            assertThat(broken.models().getFirst().state()).isEqualTo(State.UNAVAILABLE);
            assertThat(broken.models().getFirst().stateDetail()).contains("damaged.gguf");
        }
    }

    @Test
    void replacesACachedFileThatIsNotTheShippedOne() throws Exception {
        Path file = StarterModel.fileIn(cache);
        byte[] good = Files.readAllBytes(file);
        byte[] bad = good.clone();
        bad[bad.length / 2] ^= 1;
        Path other = Files.createDirectories(cache.resolve("other"));
        Path tampered = StarterModel.fileIn(other);
        Files.write(tampered, bad);

        assertThat(Files.readAllBytes(StarterModel.fileIn(other))).isEqualTo(good);
    }

    /** Keeps the text, and leaves after so many pieces. */
    private static final class Text implements Answer {
        private final StringBuilder written = new StringBuilder();
        private List<String> dropped = List.of();
        private int left;

        Text(int left) {
            this.left = left;
        }

        @Override
        public void loading(OptionalDouble fraction) {}

        @Override
        public void started(OptionalLong inputTokens, List<String> droppedParameters) {
            dropped = droppedParameters;
        }

        @Override
        public void delta(Delta delta) {
            written.append(delta.getText());
            if (--left == 0) {
                throw new Gone();
            }
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable action) {}
    }

    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
