package dev.millrace.classifier.intent;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Turns a text into the places of its words, pairs of neighbouring words and letter sequences (3 to 5, within words) in a
 * table of fixed size, so that no vocabulary has to be shipped. A place occurs once, however often it was hit.
 */
final class HashedGrams {

    /** How many places the table has; a power of two. */
    static final int PLACES = 1 << 14;

    private static final int CHARS_READ_MAX = 1_000;
    private static final int GRAM_MIN = 3;
    private static final int GRAM_MAX = 5;
    private static final int WORD_SEED = 17;
    private static final int PAIR_SEED = 29;
    private static final int GRAM_SEED = 43;

    private HashedGrams() {}

    /** Returns the distinct places, in the order in which they occur. */
    static int[] of(String text) {
        char[] plain = plain(text);
        Places places = new Places();
        int previous = PAIR_SEED;
        int start = 0;
        do {
            int end = wordEnd(plain, start + 1);
            int word = hash(plain, start + 1, end, WORD_SEED);
            places.add(place(word));
            places.add(place(previous * 31 + word));
            previous = word;
            for (int size = GRAM_MIN; size <= GRAM_MAX; size++) {
                for (int i = start; i + size <= end + 1; i++) {
                    places.add(place(hash(plain, i, i + size, GRAM_SEED + size)));
                }
            }
            start = end;
        } while (start < plain.length - 1);
        return places.toArray();
    }

    private static int wordEnd(char[] plain, int start) {
        int end = start;
        while (end < plain.length && plain[end] != ' ') {
            end++;
        }
        return end;
    }

    /** Lower case, letters, digits and apostrophes kept, all else one blank; a blank at both ends. */
    private static char[] plain(String text) {
        int length = Math.min(text.length(), CHARS_READ_MAX);
        char[] plain = new char[length + 2];
        plain[0] = ' ';
        int size = 1;
        for (int i = 0; i < length; i++) {
            char c = Character.toLowerCase(text.charAt(i));
            if (Character.isLetterOrDigit(c) || c == '\'') {
                plain[size++] = c;
            } else if (plain[size - 1] != ' ') {
                plain[size++] = ' ';
            }
        }
        if (plain[size - 1] != ' ') {
            plain[size++] = ' ';
        }
        return Arrays.copyOf(plain, size);
    }

    /** FNV-1a over characters. */
    private static int hash(char[] text, int start, int end, int seed) {
        int hash = 0x811c9dc5 ^ seed;
        for (int i = start; i < end; i++) {
            hash = (hash ^ text[i]) * 0x01000193;
        }
        return hash;
    }

    private static int place(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x7feb352d;
        return (mixed ^ mixed >>> 15) & PLACES - 1;
    }

    /** Places in the order in which they are added, each once; used by one thread. */
    private static final class Places {
        private final BitSet known = new BitSet(PLACES);
        private int[] places = new int[512];
        private int count;

        void add(int place) {
            if (!known.get(place)) {
                known.set(place);
                places = count == places.length ? Arrays.copyOf(places, 2 * count) : places;
                places[count++] = place;
            }
        }

        int[] toArray() {
            return Arrays.copyOf(places, count);
        }
    }
}
