package dev.millrace.runtime;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what was probably meant by a misspelt name. */
public final class NearestName {
    private NearestName() {}

    /** The names within a third of the word's length in edits, nearest first, at most so many. */
    public static List<String> of(String word, Collection<String> names, int most) {
        int editsMax = Math.max(2, word.length() / 3);
        return names.stream()
                .distinct()
                .map(name -> new Distance(name, edits(word, name)))
                .filter(distance -> distance.edits <= editsMax)
                .sorted(Comparator.comparingInt(Distance::edits).thenComparing(Distance::name))
                .limit(most)
                .map(Distance::name)
                .toList();
    }

    /** Levenshtein's distance, one row at a time. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }

    private record Distance(String name, int edits) {}
}
