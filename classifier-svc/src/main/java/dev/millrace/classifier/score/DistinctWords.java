package dev.millrace.classifier.score;

import dev.millrace.classifier.WordTable;

/**
 * Counts how many different words a text has, by where they stand; mutable, used by one thread.
 *
 * <p>Words with one hash are compared with each other; {@link dev.millrace.classifier.PlainText} bounds how many there can be.
 */
final class DistinctWords {

    private static final int ROOM = 128;

    private final char[] text;
    private int[] starts = new int[ROOM];
    /** The index after each word, 0 where none is kept. */
    private int[] ends = new int[ROOM];

    private int[] hashes = new int[ROOM];
    private int size;

    DistinctWords(char[] text) {
        this.text = text;
    }

    /** Counts the word between two indexes, which is not empty, unless it was there before. */
    void add(int start, int end, int hash) {
        int place = hash ^ hash >>> 15;
        for (; ends[place &= ends.length - 1] != 0; place++) {
            if (hashes[place] == hash
                    && ends[place] - starts[place] == end - start
                    && WordTable.isSame(text, starts[place], text, start, end)) {
                return;
            }
        }
        starts[place] = start;
        ends[place] = end;
        hashes[place] = hash;
        if (++size * 2 > ends.length) {
            grow();
        }
    }

    int size() {
        return size;
    }

    private void grow() {
        int[] oldStarts = starts;
        int[] oldEnds = ends;
        int[] oldHashes = hashes;
        starts = new int[oldEnds.length * 4];
        ends = new int[starts.length];
        hashes = new int[starts.length];
        size = 0;
        for (int i = 0; i < oldEnds.length; i++) {
            if (oldEnds[i] != 0) {
                add(oldStarts[i], oldEnds[i], oldHashes[i]);
            }
        }
    }
}
