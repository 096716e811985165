package dev.millrace.classifier.sensitivity;

import java.util.Arrays;

/** Reads digits that are spoken or spelt out, {@code four one double five}, in seven languages: transcripts hold cards so. */
final class SpokenDigits {

    /** No digit is spoken at a place. */
    static final int NONE = 0;

    private static final int WORD_CHARS_MAX = 7;
    private static final int LATIN_CHARS = 256;
    private static final int LENGTH_SHIFT = 8;
    private static final String[] WORDS = {
        "zero oh null cero zéro nul",
        "one eins uno un um een ein",
        "two zwei zwo dos deux due dois twee",
        "three drei tres trois tre três drie",
        "four vier cuatro quatre quattro quatro",
        "five fünf cinco cinq cinque vijf",
        "six sechs seis sei zes",
        "seven sieben siete sept sette sete zeven",
        "eight acht ocho huit otto oito",
        "nine neun nueve neuf nove negen"
    };
    private static final String[] REPEATS = {"double", "triple"};
    private static final long[] NO_WORDS = {0};
    /**
     * The words by their first two characters, each before what it means, and before all of them which third characters they
     * have, a bit for each by its last six.
     */
    private static final long[][] BY_BEGINNING = new long[LATIN_CHARS * LATIN_CHARS][];

    /** Which second characters follow a first one, a bit for each by its last six: nearly all words end their look here. */
    private static final long[] SECONDS = new long[LATIN_CHARS];

    static {
        Arrays.fill(BY_BEGINNING, NO_WORDS);
        for (int digit = 0; digit < WORDS.length; digit++) {
            for (String word : WORDS[digit].split(" ", -1)) {
                add(word, '0' + digit);
            }
        }
        for (int i = 0; i < REPEATS.length; i++) {
            add(REPEATS[i], i + 2);
        }
    }

    private SpokenDigits() {}

    private static void add(String word, int meaning) {
        long packed = 0;
        for (int i = 0; i < word.length(); i++) {
            packed = (packed << LENGTH_SHIFT) | word.charAt(i);
        }
        SECONDS[word.charAt(0)] |= 1L << word.charAt(1);
        int beginning = word.charAt(0) * LATIN_CHARS + word.charAt(1);
        long[] words = Arrays.copyOf(BY_BEGINNING[beginning], BY_BEGINNING[beginning].length + 2);
        words[0] |= word.length() == 2 ? -1 : 1L << word.charAt(2);
        words[words.length - 2] = packed;
        words[words.length - 1] = meaning;
        BY_BEGINNING[beginning] = words;
    }

    /** Adds the words of all digits. */
    static void addTo(WordHeads heads) {
        for (String words : WORDS) {
            for (String word : words.split(" ", -1)) {
                heads.addPhrase(word);
            }
        }
        for (String repeat : REPEATS) {
            heads.addPhrase(repeat);
        }
    }

    /** What the word at an index means: the character of a digit, or how often the next one is spoken; {@link #NONE} for other words. */
    static int meaning(int read) {
        return read & (LATIN_CHARS - 1);
    }

    static int length(int read) {
        return read >>> LENGTH_SHIFT;
    }

    /** Reads the word that begins at an index. */
    static int at(ScanText text, int start) {
        char first = text.lowerAt(start);
        char second = text.lowerAt(start + 1);
        boolean begins = first < LATIN_CHARS && second < LATIN_CHARS && ((SECONDS[first] >>> second) & 1) != 0;
        if (!begins) {
            return NONE;
        }
        long[] words = BY_BEGINNING[first * LATIN_CHARS + second];
        return ((words[0] >>> text.lowerAt(start + 2)) & 1) == 0 ? NONE : at(text, start, words);
    }

    private static int at(ScanText text, int start, long[] words) {
        long packed = ((long) text.lowerAt(start) << LENGTH_SHIFT) | text.lowerAt(start + 1);
        int i = start + 2;
        for (char c = text.lowerAt(i); i - start < WORD_CHARS_MAX && isLatin(c); c = text.lowerAt(++i)) {
            packed = (packed << LENGTH_SHIFT) | c;
        }
        for (int word = 1; word < words.length && !text.isJoined(i); word += 2) {
            if (words[word] == packed) {
                return ((i - start) << LENGTH_SHIFT) | (int) words[word + 1];
            }
        }
        return NONE;
    }

    private static boolean isLatin(char c) {
        return (c >= 'a' && c <= 'z') || (c > 128 && c < LATIN_CHARS);
    }
}
