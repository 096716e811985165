package dev.millrace.classifier.language;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which languages a word speaks for, read once from a resource of lines {@code language: word word …}. */
final class FunctionWords {

    private static final String RESOURCE = "/classifier/language-words-v1.txt";

    private final List<String> languages = new ArrayList<>();
    private final Map<String, List<Integer>> claims = new HashMap<>();

    private FunctionWords() {}

    static FunctionWords load() {
        FunctionWords words = new FunctionWords();
        try (InputStream in = FunctionWords.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(words::add);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return words;
    }

    /** The languages, in the order of the votes. */
    List<String> languages() {
        return languages;
    }

    /** Adds the vote of a lower-case word: it is shared among the languages that claim it. */
    void vote(String word, double[] votes) {
        List<Integer> speakers = claims.getOrDefault(word, List.of());
        for (int language : speakers) {
            votes[language] += 1.0 / speakers.size();
        }
    }

    private void add(String line) {
        int colon = line.indexOf(':');
        int index = languages.size();
        languages.add(line.substring(0, colon));
        for (String word : line.substring(colon + 1).trim().split(" +", -1)) {
            List<Integer> speakers = claims.computeIfAbsent(word, any -> new ArrayList<>(1));
            if (!speakers.contains(index)) {
                speakers.add(index);
            }
        }
    }
}
