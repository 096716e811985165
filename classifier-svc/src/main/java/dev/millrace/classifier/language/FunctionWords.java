package dev.millrace.classifier.language;

import dev.millrace.classifier.WordTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which languages a word speaks for, read once from a resource of lines {@code language: word word …}. */
final class FunctionWords {

    private static final String RESOURCE = "/classifier/language-words-v1.txt";

    /** Joins no words here: the lists have no pairs. */
    private static final char NO_JOINT = '\n';

    /** A word of one letter may as well be a name or a variable. */
    private static final double LETTER_VOTE = 0.3;

    private final List<String> languages;
    private final WordTable words;
    /** The languages that claim a word, by its number. */
    private final int[][] claims;

    private FunctionWords(List<String> languages, Map<String, List<Integer>> speakers) {
        this.languages = List.copyOf(languages);
        words = new WordTable(speakers.keySet(), NO_JOINT);
        claims = speakers.values().stream()
                .map(claim -> claim.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    static FunctionWords load() {
        List<String> languages = new ArrayList<>();
        Map<String, List<Integer>> speakers = new LinkedHashMap<>();
        try (InputStream in = FunctionWords.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> add(line, languages, speakers));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return new FunctionWords(languages, speakers);
    }

    /** The languages, in the order of the votes. */
    List<String> languages() {
        return languages;
    }

    /**
     * Adds the vote of the lower-case word between two indexes: it is shared among the languages that claim it. An unknown word of
     * several parts is heard by its parts, as "peut-on" and "l'heure".
     */
    void vote(char[] text, int start, int end, double[] votes) {
        if (voteOfWhole(text, start, end, votes)) {
            return;
        }
        int part = start;
        for (int i = start; i < end; i++) {
            if (text[i] == '\'' || text[i] == '-') {
                if (text[i] == '-' || !voteOfWhole(text, part, i + 1, votes)) {
                    voteOfPart(text, part, i, votes);
                }
                part = i + 1;
            }
        }
        if (part > start) {
            voteOfPart(text, part, end, votes);
        }
    }

    /** A lone letter of a joined word is no word of any language: the s of "it's". */
    private void voteOfPart(char[] text, int start, int end, double[] votes) {
        if (end - start > 1) {
            voteOfWhole(text, start, end, votes);
        }
    }

    private boolean voteOfWhole(char[] text, int start, int end, double[] votes) {
        int word = words.find(text, start, end, WordTable.hash(text, start, end));
        if (word == WordTable.NONE) {
            return false;
        }
        int[] speakers = claims[word];
        double share = (end - start == 1 ? LETTER_VOTE : 1.0) / speakers.length;
        for (int language : speakers) {
            votes[language] += share;
        }
        return true;
    }

    private static void add(String line, List<String> languages, Map<String, List<Integer>> claims) {
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
