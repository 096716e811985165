package dev.millrace.classifier.intent;

import dev.millrace.classifier.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names the task of a prompt by the words that speak for each: every word and pair of words adds its weight, words at
 * the beginning count double, and the shape (code, options, a lone greeting) adds its own.
 */
final class TaskRules {

    private static final String RESOURCE = "/classifier/task-words-v1.txt";
    private static final int CHARS_READ_MAX = 2_000;
    private static final int OPENING_WORDS = 5;
    private static final int CHAT_WORDS_MAX = 8;

    private final Map<String, Map<Task, Double>> votes = new HashMap<>();
    private final Set<String> pairStarts = new HashSet<>();

    private TaskRules() {}

    /** Reads the words that ship with the service. */
    static TaskRules load() {
        TaskRules rules = new TaskRules();
        try (InputStream in = TaskRules.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(rules::add);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return rules;
    }

    /** Returns the task with the largest sum; a question where nothing speaks for another. */
    Task taskOf(String text) {
        String read = text.substring(0, Math.min(text.length(), CHARS_READ_MAX));
        TaskShape shape = TaskShape.of(read);
        Map<Task, Double> sums = new EnumMap<>(Task.class);
        sums.put(Task.QUESTION, shape.asks() ? 0.9 : 0.4);
        sums.put(Task.CODE, (double) shape.codeLines());
        sums.put(Task.MULTIPLE_CHOICE, shape.optionLines() >= 3 ? 6.0 : 0.0);
        sums.put(Task.MATH, shape.numbers() < 2 ? 0.0 : shape.calculates() ? 5.0 : 0.5);
        String previous = "";
        int count = 0;
        for (String word : shape.words()) {
            double weight = count < OPENING_WORDS ? 2 : 1;
            vote(word, weight, sums);
            if (pairStarts.contains(previous)) {
                vote(previous + '+' + word, weight, sums);
            }
            previous = word;
            count++;
        }
        if (count > CHAT_WORDS_MAX) {
            sums.remove(Task.CHAT);
        }
        return best(sums);
    }

    private void vote(String word, double weight, Map<Task, Double> sums) {
        Map<Task, Double> speaking = votes.get(word);
        if (speaking != null) {
            speaking.forEach((task, vote) -> sums.merge(task, vote * weight, Double::sum));
        }
    }

    private static Task best(Map<Task, Double> sums) {
        Task best = Task.QUESTION;
        for (Task task : Task.values()) {
            if (sums.getOrDefault(task, 0.0) > sums.getOrDefault(best, 0.0)) {
                best = task;
            }
        }
        return best;
    }

    /** Reads {@code task weight: word first+second …}. */
    private void add(String line) {
        int colon = line.indexOf(':');
        String[] head = line.substring(0, colon).split(" ", -1);
        Task task = Task.valueOf(head[0].toUpperCase(Locale.ROOT));
        double weight = Double.parseDouble(head[1]);
        for (String word : line.substring(colon + 1).trim().split(" +", -1)) {
            int plus = word.indexOf('+', 1);
            if (plus > 0) {
                pairStarts.add(word.substring(0, plus));
            }
            votes.computeIfAbsent(word, any -> new EnumMap<>(Task.class)).put(task, weight);
        }
    }
}
