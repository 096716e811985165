package dev.millrace.classifier.intent;

import java.util.Arrays;

/** The words of a text in lower case, by where they stand; an ideograph is a word. Filled by one thread, then never changed. */
final class TaskWords {

    private final char[] text;
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int count;

    /** Finds the words of a text in lower case. */
    TaskWords(char[] text) {
        this.text = text;
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            if (!isInner(text[i])) {
                add(start, i);
                start = i + 1;
                if (isIdeograph(text[i])) {
                    add(i, i + 1);
                }
            }
        }
        add(start, text.length);
    }

    private void add(int start, int end) {
        if (start == end) {
            return;
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        starts[count] = start;
        ends[count++] = end;
    }

    private static boolean isInner(char c) {
        if (c < 128) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'' || c == '-' || c == '+' || c == '#';
        }
        return !isIdeograph(c) && Character.isLetterOrDigit(c);
    }

    private static boolean isIdeograph(char c) {
        return c >= '\u3040' && c <= '\u9fff';
    }

    /** The characters that the words stand in. */
    char[] text() {
        return text;
    }

    int count() {
        return count;
    }

    int start(int word) {
        return starts[word];
    }

    /** The index after a word. */
    int end(int word) {
        return ends[word];
    }

    /** Whether at least so many of the words are numbers. */
    boolean hasNumbers(int least) {
        int numbers = 0;
        for (int word = 0; word < count && numbers < least; word++) {
            numbers += Character.isDigit(text[starts[word]]) ? 1 : 0;
        }
        return numbers >= least;
    }
}
