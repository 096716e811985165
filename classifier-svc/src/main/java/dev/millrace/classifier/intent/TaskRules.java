package dev.millrace.classifier.intent;

import dev.millrace.classifier.Task;
import dev.millrace.classifier.WordTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Names the task of a prompt by the words that speak for each: every word and pair of words adds its weight, words at
 * the beginning count double, and the shape (code, options, a lone greeting) adds its own.
 */
final class TaskRules {

    private static final String RESOURCE = "/classifier/task-words-v1.txt";
    private static final Task[] TASKS = Task.values();
    private static final int CHARS_READ_MAX = 2_000;
    private static final int OPENING_WORDS = 5;
    private static final int CHAT_WORDS_MAX = 8;
    private static final int NUMBERS_MIN = 2;

    private final WordTable words;
    /** The weights of words and pairs for each task, by their numbers; none where nothing speaks. */
    private final double[][] votes;

    private TaskRules(Map<String, double[]> entries) {
        words = new WordTable(entries.keySet(), '+');
        votes = Arrays.copyOf(entries.values().toArray(double[][]::new), words.size());
        Arrays.fill(votes, entries.size(), votes.length, new double[0]);
    }

    /** Reads the words that ship with the service. */
    static TaskRules load() {
        Map<String, double[]> entries = new LinkedHashMap<>();
        try (InputStream in = TaskRules.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> add(line, entries));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return new TaskRules(entries);
    }

    /** Returns the task with the largest sum; a question where nothing speaks for another. */
    Task taskOf(String text) {
        String read = text.substring(0, Math.min(text.length(), CHARS_READ_MAX));
        TaskShape shape = TaskShape.of(read);
        double[] sums = new double[TASKS.length];
        sums[index(Task.QUESTION)] = shape.asks() ? 0.9 : 0.4;
        sums[index(Task.CODE)] = shape.codeLines();
        sums[index(Task.MULTIPLE_CHOICE)] = shape.optionLines() >= 3 ? 6 : 0;
        if (shape.words().hasNumbers(NUMBERS_MIN)) {
            sums[index(Task.MATH)] = TaskShape.calculates(read) ? 5 : 0.5;
        }
        vote(shape.words(), sums);
        if (shape.words().count() > CHAT_WORDS_MAX) {
            sums[index(Task.CHAT)] = 0;
        }
        return best(sums);
    }

    private void vote(TaskWords text, double[] sums) {
        int previous = WordTable.NONE;
        for (int i = 0; i < text.count(); i++) {
            double weight = i < OPENING_WORDS ? 2 : 1;
            int hash = WordTable.hash(text.text(), text.start(i), text.end(i));
            int word = words.find(text.text(), text.start(i), text.end(i), hash);
            vote(word, weight, sums);
            vote(words.findPair(previous, word), weight, sums);
            previous = word;
        }
    }

    private void vote(int number, double weight, double[] sums) {
        if (number != WordTable.NONE) {
            double[] speaking = votes[number];
            for (int task = 0; task < speaking.length; task++) {
                sums[task] += speaking[task] * weight;
            }
        }
    }

    private static Task best(double[] sums) {
        Task best = Task.QUESTION;
        for (Task task : TASKS) {
            if (sums[index(task)] > sums[index(best)]) {
                best = task;
            }
        }
        return best;
    }

    /** Reads {@code task weight: word first+second …}. */
    private static void add(String line, Map<String, double[]> entries) {
        int colon = line.indexOf(':');
        String[] head = line.substring(0, colon).split(" ", -1);
        Task task = Task.valueOf(head[0].toUpperCase(Locale.ROOT));
        double weight = Double.parseDouble(head[1]);
        for (String word : line.substring(colon + 1).trim().split(" +", -1)) {
            entries.computeIfAbsent(word, any -> new double[TASKS.length])[index(task)] = weight;
        }
    }

    @SuppressWarnings("EnumOrdinal") // the one place that turns the order of the constants into a number
    private static int index(Task task) {
        return task.ordinal();
    }
}
