package dev.millrace.classifier.intent;

import java.util.Arrays;

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

    /** Returns the distinct places in rising order. */
    static int[] of(String text) {
        String plain = plain(text);
        int[] places = new int[plain.length() * (GRAM_MAX - GRAM_MIN + 3) + 8];
        int count = 0;
        int previous = PAIR_SEED;
        int start = 0;
        while (start < plain.length()) {
            int end = plain.indexOf(' ', start + 1);
            end = end < 0 ? plain.length() : end;
            int word = hash(plain, start + 1, end, WORD_SEED);
            places[count++] = place(word);
            places[count++] = place(previous * 31 + word);
            previous = word;
            for (int size = GRAM_MIN; size <= GRAM_MAX; size++) {
                for (int i = start; i + size <= Math.min(end + 1, plain.length()); i++) {
                    places[count++] = place(hash(plain, i, i + size, GRAM_SEED + size));
                }
            }
            start = end;
            if (start == plain.length() - 1) {
                break;
            }
        }
        return Arrays.stream(places, 0, count).sorted().distinct().toArray();
    }

    /** Lower case, letters, digits and apostrophes kept, all else one blank; a blank at both ends. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(" ");
        int length = Math.min(text.length(), CHARS_READ_MAX);
        for (int i = 0; i < length; i++) {
            char c = Character.toLowerCase(text.charAt(i));
            boolean kept = Character.isLetterOrDigit(c) || c == '\'';
            if (kept) {
                plain.append(c);
            } else if (plain.charAt(plain.length() - 1) != ' ') {
                plain.append(' ');
            }
        }
        if (plain.charAt(plain.length() - 1) != ' ') {
            plain.append(' ');
        }
        return plain.toString();
    }

    /** FNV-1a over characters. */
    private static int hash(String text, int start, int end, int seed) {
        int hash = 0x811c9dc5 ^ seed;
        for (int i = start; i < end; i++) {
            hash = (hash ^ text.charAt(i)) * 0x01000193;
        }
        return hash;
    }

    private static int place(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x7feb352d;
        return (mixed ^ mixed >>> 15) & PLACES - 1;
    }
}
