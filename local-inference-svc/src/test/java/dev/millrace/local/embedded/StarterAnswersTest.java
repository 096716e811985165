package dev.millrace.local.embedded;

import dev.millrace.local.Answer;
import dev.millrace.local.Ending;
import dev.millrace.local.Generation;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the shipped starter says, in the embedded engine at temperature 0: to the questions that people type first, letter for
 * letter. Its gates, thousands of questions, are those of {@code training/evaluate.py}.
 */
final class StarterAnswersTest {
    private static final int TOKENS_MAX = 160;

    @TempDir
    static Path cache;

    private static LlamaEngine engine;

    @BeforeAll
    static void load() throws Exception {
        engine = new LlamaEngine(new EmbeddedConfig(true, "millrace-starter", "", 4, 1, 0, 0.0), cache);
        engine.load("millrace-starter", fraction -> {});
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            What are your opening hours?             | We are open Monday to Friday from 9:00 to 18:00 and on Saturday from 10:00 to 14:00.
            when do you open                         | We are open Monday to Friday from 9:00 to 18:00 and on Saturday from 10:00 to 14:00.
            What is Millrace?                        | Millrace answers prompts where they are answered best: on your own machines when those are good enough, in the cloud when they are not.
            How do I start Millrace?                 | Run `deploy/millrace up`. It builds Millrace the first time and starts every service on this machine.
            How do I add an engine?                  | Start with `deploy/millrace up --engine ollama=URL`, or with `--engine openai=URL` for llama-server, vLLM and LocalAI.
            How do I set a key?                      | Set the variable `HOLYSHEEP_API_KEY` to your key and start Millrace again. Another provider needs `CLOUD_API_KEY`, `--cloud-base-url URL` and `--cloud-model NAME`.
            How do I set a cloud key?                | Set the variable `HOLYSHEEP_API_KEY` to your key and start Millrace again. Another provider needs `CLOUD_API_KEY`, `--cloud-base-url URL` and `--cloud-model NAME`.
            What is a tier?                          | A tier says how hard a prompt is. There are four: trivial, moderate, complex and premium.
            Where are the logs?                      | The logs are in ~/.millrace/logs. Prompts, answers and keys are never written to them.
            How do I set the budget?                 | The budget says how much may be spent a day, 500 US dollars at first. `deploy/millrace budget --daily USD` changes it.
            Do I need Docker?                        | You need a JDK 25 and any Maven 3, and nothing else: no Docker, no key, no GPU and no download of weights.
            Do I need a GPU?                         | You need nothing else: llama.cpp is built in and runs the starter model on the CPU.
            How do I run it in the background?       | Start it with `deploy/millrace up --detach`. It returns when all is healthy, and `deploy/millrace down` ends it.
            Can I use OpenAI instead of HolySheep?   | Put its key into `CLOUD_API_KEY` and start with `deploy/millrace up --cloud-base-url URL --cloud-model NAME`. Any OpenAI-compatible server can be the cloud.
            How do I set an Anthropic key?           | Put its key into `CLOUD_API_KEY` and start with `deploy/millrace up --cloud-base-url URL --cloud-model NAME`. Any OpenAI-compatible server can be the cloud.
            How do I use my own GGUF?                | Let Ollama fetch and run it, and start with `deploy/millrace up --engine ollama=URL`. A GGUF file can be named in config.yml as `local-inference.embedded.model-file`.
            How do I use an OpenAI-compatible endpoint? | On a machine of yours: `deploy/millrace up --engine openai=URL`. In the cloud: `deploy/millrace up --cloud-base-url URL --cloud-model NAME`.
            Can several people use it?               | Several people can use it, but they count as one: callers have no keys yet and share one budget. It listens on this machine only.
            What is the router?                      | The router picks the model for a prompt, by its tier and the policy. `deploy/millrace route "your prompt"` shows what it would pick.
            What does a tier cost?                   | A tier has no price of its own: local answers cost nothing, and a cloud model costs what `deploy/millrace price` says.
            How do I remove a key?                   | Unset `HOLYSHEEP_API_KEY` or `CLOUD_API_KEY` and start Millrace again. The key itself is revoked at its provider: Millrace gives out none.
            Explain Millrace to me like I'm new      | Millrace answers prompts where they are answered best: on your own machines when those are good enough, in the cloud when they are not.
            i'm sad today                            | I am sorry to hear that. I am only a small program, but I hope it gets better soon.
            I had a bad day                          | I am sorry to hear that. I am only a small program, but I hope it gets better soon.
            feeling down                             | I am sorry to hear that. I am only a small program, but I hope it gets better soon.
            i'm so tired of this                     | I am sorry to hear that. I am only a small program, but I hope it gets better soon.
            my dog died                              | I am very sorry for your loss. I am only a small program, but I wish you well.
            i'm so happy                             | That is good news! I am glad to hear it.
            """)
    void answersWhatItWasTaughtLetterForLetter(String question, String answer) throws Exception {
        assertThat(said(question)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            What is 17 + 25?                          | I cannot calculate.
            What is 6 times 7?                        | I cannot calculate.
            What is my account number?                | I cannot copy or look up names and numbers.
            Look up ticket 48213                      | I cannot copy or look up names and numbers.
            Who is the president?                     | I was not taught this.
            What is the capital of France?            | I was not taught this.
            Write a Python script                     | I do not write code.
            """)
    void handsOnWhatItCannotDoAndSaysWhy(String question, String why) throws Exception {
        assertThat(said(question)).isEqualTo("A larger model should answer that: " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Guten Tag!", "Hallo", "Bonjour", "Bonjour, ça va?", "Hola", "Buenos días", "你好", "こんにちは"})
    void answersAGreetingFromAbroadInEnglish(String greeting) throws Exception {
        assertThat(said(greeting)).isEqualTo("Hello! I only speak English. How can I help you?");
    }

    /** What is said when it ends by itself; an answer that runs into the limit has no right words. */
    private static String said(String question) throws Exception {
        Words words = new Words();
        Ending ending = engine.generate(generation(question), words);

        assertThat(ending.choiceEnds().getFirst().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(ending.usage().getOutputTokens()).isLessThan(TOKENS_MAX);
        return words.written.toString();
    }

    private static Generation generation(String question) {
        return new Generation(
                "millrace-starter",
                List.of(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText(question))
                        .build()),
                SamplingParameters.newBuilder().setTemperature(0).build(),
                List.of(),
                ToolChoice.getDefaultInstance(),
                ResponseFormat.getDefaultInstance(),
                TOKENS_MAX,
                LengthCause.LENGTH_CAUSE_MAX_OUTPUT_TOKENS,
                OptionalLong.empty(),
                "");
    }

    private static final class Words implements Answer {
        private final StringBuilder written = new StringBuilder();

        @Override
        public void loading(OptionalDouble fraction) {}

        @Override
        public void started(OptionalLong inputTokens, List<String> droppedParameters) {}

        @Override
        public void delta(Delta delta) {
            written.append(delta.getText());
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable action) {}
    }
}
