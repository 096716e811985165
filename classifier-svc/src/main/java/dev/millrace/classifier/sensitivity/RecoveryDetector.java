package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds what an account is recovered with behind its name: codes, and the words of a wallet, twelve or more small ones in a row, with or
 * without numbers.
 */
final class RecoveryDetector {

    private static final int CODES_CHARS_MAX = 140;
    private static final int CODE_CHARS_MIN = 8;
    private static final int CODE_CHARS_MAX = 80;
    private static final int GROUP_CHARS_MIN = 3;
    private static final int GROUP_CHARS_MAX = 8;
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

    private RecoveryDetector() {}

    /** The name of codes to recover an account with ends at an index: codes may follow, on the next lines too. */
    static int codes(Scan scan, int nameEnd, int groupsMin) {
        ScanText text = scan.text;
        int from = Math.max(nameEnd, scan.codesRead());
        int limit = nameEnd + CODES_CHARS_MAX;
        boolean led = false;
        int i = from;
        while (i < limit && text.at(i) != 0) {
            if (!text.isPlainWord(i)) {
                led |= text.at(i) == ':' || text.at(i) == '\n' || text.at(i) == '-';
                if (text.at(i) == '?' || text.at(i) == '{') {
                    break;
                }
                i++;
                continue;
            }
            int end = i;
            while (end - i < CODE_CHARS_MAX && (text.isPlainWord(end) || text.at(end) == '-')) {
                end++;
            }
            if (isRecoveryCode(text, i, end, led, groupsMin)) {
                scan.readCodes(end);
                scan.found(FindingKind.CREDENTIAL, "recovery_code");
                return end;
            }
            led |= text.matches(i, "is ") || text.matches(i, "are ");
            i = end;
        }
        scan.readCodes(i);
        return nameEnd;
    }

    private static boolean isRecoveryCode(ScanText text, int start, int end, boolean led, int groupsMin) {
        int digits = 0;
        int group = 0;
        int groups = 1;
        boolean even = true;
        for (int i = start; i < end; i++) {
            digits += text.isDigit(i) ? 1 : 0;
            if (text.at(i) == '-') {
                even &= group >= GROUP_CHARS_MIN && group <= GROUP_CHARS_MAX;
                group = 0;
                groups++;
            } else {
                group++;
            }
        }
        even &= group >= GROUP_CHARS_MIN && group <= GROUP_CHARS_MAX;
        int length = end - start;
        if (groups > 1) {
            return groups >= groupsMin && even && digits > 0 && length > CODE_CHARS_MIN;
        }
        boolean pair = length == digits
                && length == 4
                && text.at(end) == ' '
                && text.isDigit(end + 4)
                && !text.isWord(end + 5);
        boolean mixed = digits > 1 && length > digits + 1;
        return led && groupsMin == 2 && (pair || (length >= CODE_CHARS_MIN && (digits == length || mixed)));
    }

    /** The name of the words of a wallet ends at an index. */
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
