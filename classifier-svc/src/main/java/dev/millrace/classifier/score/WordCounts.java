package dev.millrace.classifier.score;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Counts the words of a text by class and shape; mutable, used by one thread. */
final class WordCounts {

    private static final int WORDS_KEPT_MAX = 4;
    private static final int LONG_WORD_CHARS = 8;

    final int[] ofClass = new int[WordClass.values().length];
    final List<List<String>> kept = new ArrayList<>();
    final Set<String> distinct = new HashSet<>();
    int words;
    int ideographs;
    int letters;
    int longWords;
    int rareWords;
    int numbers;

    private final Lexicon lexicon;
    private String previous = "";

    WordCounts(Lexicon lexicon) {
        this.lexicon = lexicon;
        for (int i = 0; i < ofClass.length; i++) {
            kept.add(new ArrayList<>(0));
        }
    }

    /** Counts the next word of the text, in lower case. */
    void add(String word) {
        words++;
        if (Scripts.isIdeograph(word.charAt(0))) {
            ideographs++;
        }
        letters += word.length();
        distinct.add(word);
        int mask = lexicon.classesOf(word);
        countShape(word, mask);
        count(mask, word);
        int phrase = lexicon.classesOf(previous, word);
        if (phrase != 0) {
            count(phrase, previous + ' ' + word);
        }
        previous = word;
    }

    private void countShape(String word, int mask) {
        if (Character.isDigit(word.charAt(0))) {
            numbers++;
            return;
        }
        if (word.length() >= LONG_WORD_CHARS) {
            longWords++;
        }
        if (word.length() > 3 && mask == 0) {
            rareWords++;
        }
    }

    private void count(int mask, String word) {
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            int index = Integer.numberOfTrailingZeros(rest);
            ofClass[index]++;
            List<String> words = kept.get(index);
            if (index != WordClass.COMMON.index() && words.size() < WORDS_KEPT_MAX && !words.contains(word)) {
                words.add(word);
            }
        }
    }
}
