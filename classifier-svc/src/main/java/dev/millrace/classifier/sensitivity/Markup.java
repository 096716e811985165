package dev.millrace.classifier.sensitivity;

import java.util.Locale;
import java.util.Set;

/** Reads the elements of a page that show text and mean nothing: cells, lists, letters of another kind. */
final class Markup {

    private static final int ELEMENTS_MAX = 8;
    private static final int GAP_CHARS_MAX = 24;
    private static final int NAME_CHARS_MAX = 10;
    private static final int ATTRIBUTES_CHARS_MAX = 40;
    private static final Set<String> NAMES = Set.of("""
            a b big br center code dd div dl dt em entry font i kbd key li mark name ol p pre s samp small span string strong sub sup
            table tbody td th thead tr tt u ul value
            """.strip().split("\\s+", -1));

    private Markup() {}

    /** The index behind the elements that begin at an index, and the blanks between them; that index where none begins. */
    static int end(ScanText text, int start) {
        int end = start;
        for (int element = 0; element < ELEMENTS_MAX; element++) {
            int next = elementEnd(text, skipGap(text, end));
            if (next < 0) {
                break;
            }
            end = next;
        }
        return end == start ? start : skipGap(text, end);
    }

    /** The index behind one such element's beginning or end, -1 where none stands at an index. */
    static int elementEnd(ScanText text, int start) {
        if (text.at(start) != '<') {
            return -1;
        }
        int name = text.at(start + 1) == '/' ? start + 2 : start + 1;
        int end = name;
        while (end - name < NAME_CHARS_MAX && text.isLetter(end)) {
            end++;
        }
        int i = end;
        while (i - end < ATTRIBUTES_CHARS_MAX && text.at(i) != '>' && text.at(i) != '<' && text.at(i) >= ' ') {
            i++;
        }
        boolean known =
                text.at(i) == '>' && NAMES.contains(text.slice(name, end).toLowerCase(Locale.ROOT));
        return known ? i + 1 : -1;
    }

    private static int skipGap(ScanText text, int start) {
        int i = start;
        while (i - start < GAP_CHARS_MAX && (text.at(i) == ' ' || text.at(i) == '\n' || text.at(i) == '\t')) {
            i++;
        }
        return i;
    }
}
