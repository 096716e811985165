package dev.millrace.classifier.score;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which classes a word or a two-word phrase belongs to; immutable, read once from the lexicon resource. */
final class Lexicon {

    static final String RESOURCE = "/classifier/router-lexicon-v1.txt";

    private final Map<String, Integer> classes = new HashMap<>();
    private final Set<String> phraseStarts = new HashSet<>();

    private Lexicon() {}

    /** Reads the lexicon that ships with the weights. */
    static Lexicon load() {
        Lexicon lexicon = new Lexicon();
        try (BufferedReader lines = open()) {
            lines.lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .forEach(lexicon::add);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return lexicon;
    }

    /** Returns the mask of the classes of a lower-case word, 0 for a word of none. */
    int classesOf(String word) {
        return classes.getOrDefault(word, 0);
    }

    /** Returns the mask of a two-word phrase, 0 for a phrase of none. */
    int classesOf(String first, String second) {
        return phraseStarts.contains(first) ? classesOf(first + ' ' + second) : 0;
    }

    private void add(String line) {
        int colon = line.indexOf(':');
        int bit = WordClass.valueOf(line.substring(0, colon).toUpperCase(Locale.ROOT))
                .bit();
        for (String entry : line.substring(colon + 1).trim().split(" +", -1)) {
            int plus = entry.indexOf('+', 1);
            if (plus > 0 && plus < entry.length() - 1) {
                phraseStarts.add(entry.substring(0, plus));
                entry = entry.replace('+', ' ');
            }
            classes.merge(entry, bit, (a, b) -> a | b);
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
