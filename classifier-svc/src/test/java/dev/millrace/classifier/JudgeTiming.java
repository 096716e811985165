package dev.millrace.classifier;

import dev.millrace.classifier.intent.GramIntentModel;
import dev.millrace.classifier.language.ScriptAndWordsDetector;
import dev.millrace.classifier.score.RouterScorer;
import dev.millrace.classifier.sensitivity.LinearScanner;
import dev.millrace.classifier.tokens.CalibratedEstimator;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/** Measures how long a verdict takes on this machine; run by hand, because a busy machine would fail an assertion. */
final class JudgeTiming {

    private static final int ROUNDS = 20_000;
    private static final String[] WORDS =
            ("explain why the second server answered before the first one did when both queues were full and compare it"
                            + " with 42 earlier runs; our limit is 3.5 seconds, isn't it?")
                    .split(" ", -1);

    private JudgeTiming() {}

    /** Prints p50, p99 and the maximum in microseconds for each judgement of a prompt of 200 words, warm. */
    public static void main(String[] arguments) {
        RouterScorer scorer = RouterScorer.load();
        LinearScanner scanner = new LinearScanner();
        GramIntentModel intents = new GramIntentModel();
        ScriptAndWordsDetector languages = new ScriptAndWordsDetector();
        CalibratedEstimator tokens = new CalibratedEstimator();
        PromptJudge judge = new PromptJudge(scorer, scanner, intents, languages, tokens, Embedder.NONE);
        Prompt[] prompts = new Prompt[50];
        Arrays.setAll(prompts, JudgeTiming::prompt);
        String[] plain = Stream.of(prompts)
                .map(prompt -> PlainText.of(prompt.question()))
                .toArray(String[]::new);
        measure("plain text", i -> PlainText.of(prompts[i % prompts.length].question()));
        measure("score", i -> scorer.score(plain[i % plain.length], 0, Meaning.UNKNOWN));
        measure("sensitivity", i -> scanner.scan(prompts[i % prompts.length].texts()));
        measure("intent", i -> intents.intentOf(prompts[i % prompts.length].question(), Meaning.UNKNOWN));
        measure("language", i -> languages.languageOf(prompts[i % prompts.length].question()));
        measure("tokens", i -> tokens.tokensOf(prompts[i % prompts.length].texts()));
        measure("verdict", i -> judge.judge(prompts[i % prompts.length], Duration.ZERO));
    }

    private static Prompt prompt(int seed) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            text.append(WORDS[(i * 7 + seed * 3 + i * i * seed) % WORDS.length]).append(i % 12 == 11 ? ". " : " ");
        }
        return Prompt.of(text.toString());
    }

    private static void measure(String what, IntConsumer work) {
        long[] nanos = new long[ROUNDS];
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < ROUNDS; i++) {
                long begin = System.nanoTime();
                work.accept(i);
                nanos[i] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%-12s p50 %4d us  p99 %4d us  max %d us%n",
                what, nanos[ROUNDS / 2] / 1_000, nanos[ROUNDS * 99 / 100] / 1_000, nanos[ROUNDS - 1] / 1_000);
    }
}
