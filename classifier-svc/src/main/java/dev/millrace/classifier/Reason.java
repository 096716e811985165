package dev.millrace.classifier;

import java.util.List;

/**
 * One signal of the text that moved the score, so that "why this model?" has an answer.
 *
 * @param signal stable id of the signal, snake_case; free of any word of the prompt
 * @param weight how far the signal moved the score, in points of the score; positive asks for the stronger model
 * @param description the signal in plain words, free of any word of the prompt
 * @param words the words of the prompt that raised the signal; shown only to the prompt's own author, never stored
 */
public record Reason(String signal, double weight, String description, List<String> words) {

    public Reason {
        words = List.copyOf(words);
    }
}
