package dev.millrace.classifier;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WordTableTest {

    private final WordTable table = new WordTable(List.of("how", "how many", "many", "as well", "Aa", "BB"), ' ');

    @Test
    void findsWordsWhereTheyStand() {
        assertThat(find("so how?", 3, 6)).isZero();
        assertThat(find("so how?", 3, 5)).isEqualTo(WordTable.NONE);
        assertThat(find("so how?", 3, 7)).isEqualTo(WordTable.NONE);
        assertThat(find("so how?", 3, 3)).isEqualTo(WordTable.NONE);
    }

    @Test
    void tellsWordsOfOneHashApart() {
        assertThat("Aa").hasSameHashCodeAs("BB");

        assertThat(find("Aa", 0, 2)).isEqualTo(4);
        assertThat(find("BB", 0, 2)).isEqualTo(5);
        assertThat(find("C#", 0, 2)).isEqualTo(WordTable.NONE);
    }

    @Test
    void findsPairsByTheirWords() {
        int how = find("how", 0, 3);
        int many = find("many", 0, 4);

        assertThat(table.findPair(how, many)).isEqualTo(1);
        assertThat(table.findPair(many, how)).isEqualTo(WordTable.NONE);
        assertThat(table.findPair(WordTable.NONE, many)).isEqualTo(WordTable.NONE);
        assertThat(table.findPair(how, WordTable.NONE)).isEqualTo(WordTable.NONE);
    }

    @Test
    void numbersWordsThatOccurInPairsAloneBehindTheEntries() {
        assertThat(table.size()).isEqualTo(8);
        assertThat(table.findPair(find("as", 0, 2), find("well", 0, 4))).isEqualTo(3);
        assertThat(List.of(find("as", 0, 2), find("well", 0, 4))).containsExactlyInAnyOrder(6, 7);
    }

    @Test
    void holdsManyWords() {
        List<String> words = IntStream.range(0, 5_000).mapToObj(i -> "w" + i).toList();
        WordTable many = new WordTable(words, ' ');

        for (int i = 0; i < words.size(); i++) {
            char[] word = words.get(i).toCharArray();
            assertThat(many.find(word, 0, word.length, WordTable.hash(word, 0, word.length)))
                    .isEqualTo(i);
        }
    }

    private int find(String text, int start, int end) {
        char[] chars = text.toCharArray();
        return table.find(chars, start, end, WordTable.hash(chars, start, end));
    }
}
