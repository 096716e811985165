package dev.millrace.classifier.score;

import dev.millrace.classifier.WordTable;
import java.util.ArrayList;
import java.util.List;

/** Counts the words of a text in lower case by class and shape; mutable, used by one thread. */
final class WordCounts {

    private static final int WORDS_KEPT_MAX = 4;
    private static final int LONG_WORD_CHARS = 8;
    /** An ideograph says as much as so many letters: nearly the mean length of an English word. */
    private static final int IDEOGRAPH_LETTERS = 4;

    final int[] ofClass = new int[WordClass.values().length];
    final List<List<String>> kept = new ArrayList<>();
    final DistinctWords distinct;
    int words;
    int ideographs;
    int letters;
    int longWords;
    int rareWords;
    int numbers;

    private final char[] text;
    private final Lexicon lexicon;
    private int previous = WordTable.NONE;
    private int previousStart;
    private int previousEnd;

    WordCounts(char[] text, Lexicon lexicon) {
        this.text = text;
        this.lexicon = lexicon;
        this.distinct = new DistinctWords(text);
        for (int i = 0; i < ofClass.length; i++) {
            kept.add(new ArrayList<>(0));
        }
    }

    /** Counts the next word, which stands between two indexes. */
    void add(int start, int end, int hash) {
        words++;
        if (Scripts.isIdeograph(text[start])) {
            ideographs++;
            letters += IDEOGRAPH_LETTERS;
        } else {
            letters += end - start;
        }
        distinct.add(start, end, hash);
        int word = lexicon.find(text, start, end, hash);
        int mask = lexicon.classesOf(word);
        countShape(start, end - start, mask);
        for (int rest = mask; rest != 0; rest &= rest - 1) {
            count(Integer.numberOfTrailingZeros(rest), start, end);
        }
        for (int rest = lexicon.classesOf(previous, word); rest != 0; rest &= rest - 1) {
            countPhrase(Integer.numberOfTrailingZeros(rest), start, end);
        }
        previous = word;
        previousStart = start;
        previousEnd = end;
    }

    private void countShape(int start, int length, int mask) {
        if (SymbolCounts.isDigit(text[start])) {
            numbers++;
            return;
        }
        if (length >= LONG_WORD_CHARS) {
            longWords++;
        }
        if (length > 3 && mask == 0) {
            rareWords++;
        }
    }

    private void count(int index, int start, int end) {
        ofClass[index]++;
        if (isKept(index)) {
            keep(index, new String(text, start, end - start));
        }
    }

    private void countPhrase(int index, int start, int end) {
        ofClass[index]++;
        if (isKept(index)) {
            String first = new String(text, previousStart, previousEnd - previousStart);
            keep(index, first + ' ' + new String(text, start, end - start));
        }
    }

    private boolean isKept(int index) {
        return index != WordClass.COMMON.index() && kept.get(index).size() < WORDS_KEPT_MAX;
    }

    private void keep(int index, String word) {
        List<String> words = kept.get(index);
        if (!words.contains(word)) {
            words.add(word);
        }
    }
}
