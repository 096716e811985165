package dev.millrace.classifier;

import java.util.List;

/**
 * What is judged: the question that the model has to answer now, and every text that would travel with it.
 *
 * <p>Score, intent and language look at {@code question}; sensitivity and the token estimate look at all {@code texts}.
 *
 * @param question the text of the newest message of the caller
 * @param texts every text of the conversation in order, the question included
 * @param historyTurns how many earlier turns (questions already asked) the conversation holds, 0 or more
 */
public record Prompt(String question, List<String> texts, int historyTurns) {

    public Prompt {
        texts = List.copyOf(texts);
        if (historyTurns < 0) {
            throw new IllegalArgumentException("historyTurns: " + historyTurns + " (expected: >= 0)");
        }
    }

    /** A prompt of one message without history. */
    public static Prompt of(String question) {
        return new Prompt(question, List.of(question), 0);
    }
}
