package dev.millrace.classifier.app;

import dev.millrace.classifier.Prompt;
import dev.millrace.classifier.PromptJudge;
import java.time.Duration;
import java.util.List;

/** Judges some prompts before the first caller does, so that the first calls do not pay for cold code. */
final class WarmUp {

    private static final int ROUNDS = 60;

    /** The embedding is left alone: it is loaded when somebody needs it. */
    private static final Duration NO_PATIENCE = Duration.ZERO;

    private static final List<String> PROMPTS = List.of(
            "What are your opening hours?",
            "Compare two ways to sort a list of 1,000,000 numbers, and prove which of them needs fewer comparisons.",
            "Schreibe eine kurze Antwort an kunde@example.com und nenne die Rückrufnummer 030 1234567.",
            "def total(values):\n    return sum(value for value in values if value > 0)\n\nWhy does it return 0 for []?");

    private WarmUp() {}

    /** Judges until the code is warm enough; takes some hundred milliseconds. */
    static void run(PromptJudge judge) {
        for (int round = 0; round < ROUNDS; round++) {
            for (String prompt : PROMPTS) {
                judge.judge(Prompt.of(prompt), NO_PATIENCE);
            }
        }
    }
}
