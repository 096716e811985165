package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds the words that a wallet is recovered with behind their name: twelve or more small words in a row, with or without numbers. */
final class SeedPhraseDetector {

    private static final int GAP_CHARS_MAX = 60;
    private static final int CHARS_MAX = 240;
    private static final int WORDS_MIN = 11;
    private static final int WORD_CHARS_MIN = 3;
    private static final int WORD_CHARS_MAX = 9;
    /** Words of a sentence that no list of such words has. */
    private static final Set<String> SENTENCE = Set.copyOf(List.of("""
            the and for how are was were has had his her its who why not does did been than which while whose should would
            could have from with without where into their they them these those our out und der die das den dem ein eine ist sind
            wie nicht mit von auf para por que con los las una del como est sont les des une pour dans avec mon che non per sono
            della het een van niet met wat hoe zijn uma não com
            """.strip().split("\\s+", -1)));

    private SeedPhraseDetector() {}

    /** The name of such a phrase ends at an index. */
    static int phrase(Scan scan, int nameEnd) {
        ScanText text = scan.text;
        int words = 0;
        int i = Math.max(nameEnd, scan.codesRead());
        int limit = nameEnd + GAP_CHARS_MAX + CHARS_MAX;
        while (i < limit && text.at(i) != 0 && words < WORDS_MIN && (words > 0 || i - nameEnd < GAP_CHARS_MAX)) {
            if (!text.isLetter(i)) {
                words = isGap(text, i) ? words : 0;
                i++;
                continue;
            }
            int end = i;
            while (end - i <= WORD_CHARS_MAX && text.isLetter(end)) {
                end++;
            }
            words = isSeedWord(text, i, end) ? words + 1 : 0;
            i = end;
        }
        scan.readCodes(i);
        if (words < WORDS_MIN) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "seed_phrase");
        return i;
    }

    private static boolean isGap(ScanText text, int index) {
        char c = text.at(index);
        return text.isDigit(index)
                || c == ' '
                || c == '\n'
                || c == ','
                || c == ')'
                || c == '.'
                || c == '"'
                || c == '-'
                || c == '\u3001';
    }

    private static boolean isSeedWord(ScanText text, int start, int end) {
        int length = end - start;
        if (text.isUnspaced(start)) {
            return length <= 4;
        }
        if (length < WORD_CHARS_MIN || length >= WORD_CHARS_MAX || text.isUpper(start)) {
            return false;
        }
        return !SENTENCE.contains(text.slice(start, end).toLowerCase(Locale.ROOT));
    }
}
