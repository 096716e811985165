package dev.millrace.classifier;

import dev.millrace.classifier.embedding.LazyEmbedder;
import dev.millrace.classifier.intent.GramIntentModel;
import dev.millrace.classifier.language.ScriptAndWordsDetector;
import dev.millrace.classifier.score.RouterScorer;
import dev.millrace.classifier.sensitivity.LinearScanner;
import dev.millrace.classifier.tokens.CalibratedEstimator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/** Measures how long a verdict takes on this machine; run by hand, because a busy machine would fail an assertion. */
final class JudgeTiming {

    private static final int ROUNDS = 20_000;
    private static final int EMBEDDED_ROUNDS = 2_000;
    private static final int LONG_WORDS = 200;
    private static final int SHORT_WORDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String[] WORDS =
            ("explain why the second server answered before the first one did when both queues were full and compare it"
                            + " with 42 earlier runs; our limit is 3.5 seconds, isn't it?")
                    .split(" ", -1);

    private JudgeTiming() {}

    /**
     * Prints p50, p99 and the maximum in microseconds, warm: each judgement of a prompt of 200 words by its text alone, and the
     * embedding of questions of 20 words, none of them asked before. The argument is a folder for native libraries.
     */
    public static void main(String[] arguments) {
        RouterScorer scorer = RouterScorer.load();
        LinearScanner scanner = new LinearScanner();
        GramIntentModel intents = new GramIntentModel();
        ScriptAndWordsDetector languages = new ScriptAndWordsDetector();
        CalibratedEstimator tokens = new CalibratedEstimator();
        PromptJudge judge = new PromptJudge(scorer, scanner, intents, languages, tokens, Embedder.NONE);
        Prompt[] prompts = new Prompt[50];
        Arrays.setAll(prompts, seed -> prompt(seed, LONG_WORDS));
        String[] plain = Stream.of(prompts)
                .map(prompt -> PlainText.of(prompt.question()))
                .toArray(String[]::new);
        System.out.println("200 words, by the text alone");
        measure("plain text", i -> PlainText.of(prompts[i % prompts.length].question()));
        measure("score", i -> scorer.score(plain[i % plain.length], 0, Meaning.UNKNOWN));
        measure("sensitivity", i -> scanner.scan(prompts[i % prompts.length].texts()));
        measure("intent", i -> intents.intentOf(prompts[i % prompts.length].question(), Meaning.UNKNOWN));
        measure("language", i -> languages.languageOf(prompts[i % prompts.length].question()));
        measure("tokens", i -> tokens.tokensOf(prompts[i % prompts.length].texts()));
        measure("verdict", i -> judge.judge(prompts[i % prompts.length], Duration.ZERO));
        try (LazyEmbedder embedder = LazyEmbedder.ofShippedModel(Path.of(arguments[0]))) {
            PromptJudge whole = new PromptJudge(scorer, scanner, intents, languages, tokens, embedder);
            System.out.println("20 words, with the embedding");
            measure("embedding", EMBEDDED_ROUNDS, i -> embedded(embedder, prompt(i, SHORT_WORDS)));
            measure("verdict", EMBEDDED_ROUNDS, i -> whole.judge(prompt(-i, SHORT_WORDS), PATIENCE));
        }
    }

    private static void embedded(LazyEmbedder embedder, Prompt prompt) {
        float[] vector = embedder.meaningOf(PlainText.of(prompt.question()), PATIENCE)
                .vector()
                .orElseThrow();
        if (vector.length == 0) {
            throw new IllegalStateException("no components");
        }
    }

    /** A prompt that no other seed gives: its first words count in the number of words that there are. */
    private static Prompt prompt(int seed, int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            int pick = i < 3 ? digit(seed, i) : i * 7 + seed * 3 + i * i * seed;
            text.append(WORDS[Math.floorMod(pick, WORDS.length)]).append(i % 12 == 11 ? ". " : " ");
        }
        return Prompt.of(text.toString());
    }

    private static int digit(int number, int place) {
        int rest = number;
        for (int i = 0; i < place; i++) {
            rest = Math.floorDiv(rest, WORDS.length);
        }
        return rest;
    }

    private static void measure(String what, IntConsumer work) {
        measure(what, ROUNDS, work);
    }

    /** Each of two rounds gets numbers of its own; the second is told. */
    private static void measure(String what, int rounds, IntConsumer work) {
        long[] nanos = new long[rounds];
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < rounds; i++) {
                long begin = System.nanoTime();
                work.accept(round * rounds + i);
                nanos[i] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%-12s p50 %4d us  p99 %4d us  max %d us%n",
                what, nanos[rounds / 2] / 1_000, nanos[rounds * 99 / 100] / 1_000, nanos[rounds - 1] / 1_000);
    }
}
