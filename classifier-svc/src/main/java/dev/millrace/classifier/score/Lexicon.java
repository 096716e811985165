package dev.millrace.classifier.score;

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

/** Which classes a word or a two-word phrase belongs to; immutable, read once from the lexicon resource. */
final class Lexicon {

    static final String RESOURCE = "/classifier/router-lexicon-v1.txt";

    private final WordTable words;
    /** The masks of words and phrases, by their numbers. */
    private final int[] classes;

    private Lexicon(Map<String, Integer> entries) {
        words = new WordTable(entries.keySet(), ' ');
        classes = Arrays.copyOf(
                entries.values().stream().mapToInt(Integer::intValue).toArray(), words.size());
    }

    /** Reads the lexicon that ships with the weights. */
    static Lexicon load() {
        Map<String, Integer> entries = new LinkedHashMap<>();
        try (BufferedReader lines = open()) {
            lines.lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .forEach(line -> add(line, entries));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return new Lexicon(entries);
    }

    /** The number of a lower-case word, which its classes and phrases are asked by. */
    int find(char[] text, int start, int end, int hash) {
        return words.find(text, start, end, hash);
    }

    /** Returns the mask of the classes of a word, 0 for a word of none. */
    int classesOf(int word) {
        return word == WordTable.NONE ? 0 : classes[word];
    }

    /** Returns the mask of a two-word phrase, 0 for a phrase of none. */
    int classesOf(int first, int second) {
        return classesOf(words.findPair(first, second));
    }

    private static void add(String line, Map<String, Integer> entries) {
        int colon = line.indexOf(':');
        int bit = WordClass.valueOf(line.substring(0, colon).toUpperCase(Locale.ROOT))
                .bit();
        for (String entry : line.substring(colon + 1).trim().split(" +", -1)) {
            int plus = entry.indexOf('+', 1);
            boolean phrase = plus > 0 && plus < entry.length() - 1;
            entries.merge(phrase ? entry.replace('+', ' ') : entry, bit, (a, b) -> a | b);
        }
    }

    private static BufferedReader open() throws IOException {
        InputStream in = Lexicon.class.getResourceAsStream(RESOURCE);
        if (in == null) {
            throw new IOException("missing resource " + RESOURCE);
        }
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
}
