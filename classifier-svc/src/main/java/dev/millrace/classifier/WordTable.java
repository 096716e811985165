package dev.millrace.classifier;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers the words and the pairs of words of a vocabulary, and finds them where they stand in a text: reading a text makes no
 * string a word. Immutable.
 */
public final class WordTable {

    /** The number of what is not in the vocabulary. */
    public static final int NONE = -1;

    private static final int[] NO_PAIRS = {};

    private final char[][] words;
    private final int[] hashes;
    /** Open addressing: 1 + the number of a word, 0 where the search ends. */
    private final int[] places;
    /** For each word the pairs that it begins: the number of the second word and that of the pair, one after the other. */
    private final int[][] pairs;

    /**
     * Takes distinct entries, each numbered by its place.
     *
     * @param joint what joins the two words of a pair, not before its second character; such an entry is a word as well
     */
    public WordTable(Collection<String> entries, char joint) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        entries.forEach(entry -> numberOf(entry, numbers));
        pairs = pairs(entries, joint, numbers);
        words = numbers.keySet().stream().map(String::toCharArray).toArray(char[][]::new);
        hashes = numbers.keySet().stream().mapToInt(String::hashCode).toArray();
        places = new int[Integer.highestOneBit(Math.max(1, words.length)) * 4];
        for (int number = 0; number < words.length; number++) {
            int place = place(hashes[number]);
            while (places[place] != 0) {
                place = next(place);
            }
            places[place] = number + 1;
        }
    }

    private static int numberOf(String word, Map<String, Integer> numbers) {
        return numbers.computeIfAbsent(word, any -> numbers.size());
    }

    /** The words of pairs are numbered behind the entries where they are none themselves. */
    private static int[][] pairs(Collection<String> entries, char joint, Map<String, Integer> numbers) {
        Map<Integer, int[]> pairs = new LinkedHashMap<>();
        for (String entry : entries) {
            int at = entry.indexOf(joint, 1);
            if (at > 0) {
                int[] pair = {numberOf(entry.substring(at + 1), numbers), numberOf(entry, numbers)};
                pairs.merge(numberOf(entry.substring(0, at), numbers), pair, WordTable::joined);
            }
        }
        int[][] ofWord = new int[numbers.size()][];
        Arrays.setAll(ofWord, word -> pairs.getOrDefault(word, NO_PAIRS));
        return ofWord;
    }

    private static int[] joined(int[] first, int[] second) {
        int[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    /** The hash of the word between two indexes: that of the same {@link String}. */
    public static int hash(char[] text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + text[i];
        }
        return hash;
    }

    /** Whether the word between two indexes stands at a place of other text; faster for words than {@link Arrays#equals}. */
    public static boolean isSame(char[] other, int from, char[] text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (other[from + i - start] != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** How many numbers there are: those of the entries, then those of words that occur in pairs alone. */
    public int size() {
        return words.length;
    }

    /**
     * The number of the word between two indexes, {@link #NONE} where it is not in the vocabulary.
     *
     * @param hash the {@link #hash} of the word
     */
    public int find(char[] text, int start, int end, int hash) {
        for (int place = place(hash); places[place] != 0; place = next(place)) {
            int number = places[place] - 1;
            char[] word = words[number];
            if (hashes[number] == hash && word.length == end - start && isSame(word, 0, text, start, end)) {
                return number;
            }
        }
        return NONE;
    }

    /** The number of the pair of two words, {@link #NONE} where it is not in the vocabulary. */
    public int findPair(int first, int second) {
        if (first != NONE && second != NONE) {
            int[] seconds = pairs[first];
            for (int i = 0; i < seconds.length; i += 2) {
                if (seconds[i] == second) {
                    return seconds[i + 1];
                }
            }
        }
        return NONE;
    }

    private int place(int hash) {
        return (hash ^ hash >>> 15) & places.length - 1;
    }

    private int next(int place) {
        return place + 1 & places.length - 1;
    }
}
