package dev.millrace.classifier.sensitivity;

import java.util.Arrays;

/**
 * A text in the form the detectors read: any script's digits and full-width letters are ASCII, dashes and blanks are the
 * plain ones, invisible characters are gone, and JSON's escapes are what they stand for.
 *
 * <p>Case is kept. Reading past either end gives the character 0, so that detectors need no bounds checks. Every read of a
 * character passes through {@link #at}, {@link #kindsAt} and {@link #slice}, so that a test can count them.
 */
class ScanText {

    /** No longer than the text, so that one comparison with its length is all that a read takes. */
    private final char[] chars;

    ScanText(String text) {
        char[] plain = text.toCharArray();
        int size = plainStart(plain);
        // What is kept is written behind what was kept before, never beyond the place that is read.
        for (int i = size; i < plain.length; i++) {
            char c = plain[i];
            if (c == '\\') {
                int escape = Escapes.plainCharAt(plain, i);
                if (escape >= 0) {
                    i += Escapes.lengthAt(plain, i) - 1;
                    c = (char) escape;
                }
            }
            int kept = c;
            if (c >= 128) {
                boolean pair =
                        Character.isHighSurrogate(c) && i + 1 < plain.length && Character.isLowSurrogate(plain[i + 1]);
                kept = pair ? CharTable.plainBeyond(Character.toCodePoint(c, plain[++i])) : CharTable.plain(c);
            }
            if (kept >= 0) {
                plain[size++] = (char) kept;
            }
        }
        chars = size == plain.length ? plain : Arrays.copyOf(plain, size);
    }

    /** The length of the beginning that is plain as it is written. */
    private static int plainStart(char[] text) {
        int end = 0;
        while (end < text.length && text[end] < 128 && text[end] != '\\') {
            end++;
        }
        return end;
    }

    /** Length in plain characters. */
    final int length() {
        return chars.length;
    }

    /** The character at an index, 0 outside the text. */
    char at(int index) {
        return index < 0 || index >= chars.length ? 0 : chars[index];
    }

    /** The kinds of the character at an index, as {@link CharTable} tells them. */
    int kindsAt(int index) {
        return index < 0 || index >= chars.length ? 0 : CharTable.kinds(chars[index]);
    }

    /** The character at an index in lower case. */
    final char lowerAt(int index) {
        char c = at(index);
        return c < 128 ? (c >= 'A' && c <= 'Z' ? (char) (c + 32) : c) : Character.toLowerCase(c);
    }

    /** The character at an index, an ASCII letter in upper case. */
    final char upperAt(int index) {
        char c = at(index);
        return c >= 'a' && c <= 'z' ? (char) (c - 32) : c;
    }

    final boolean isDigit(int index) {
        char c = at(index);
        return c >= '0' && c <= '9';
    }

    final boolean isUpper(int index) {
        return (kindsAt(index) & CharTable.UPPER) != 0;
    }

    final boolean isLetter(int index) {
        return (kindsAt(index) & CharTable.LETTER) != 0;
    }

    /** Whether a digit or a letter stands at an index. */
    final boolean isWord(int index) {
        return (kindsAt(index) & (CharTable.DIGIT | CharTable.LETTER)) != 0;
    }

    /** Whether an ASCII digit or letter stands at an index. */
    final boolean isPlainWord(int index) {
        return at(index) < 128 && isWord(index);
    }

    /** Whether a digit or a letter of a script with blanks stands at an index: a number or code there goes on. */
    final boolean isJoined(int index) {
        int kinds = kindsAt(index);
        return (kinds & (CharTable.DIGIT | CharTable.LETTER)) != 0 && (kinds & CharTable.UNSPACED) == 0;
    }

    /** Whether a letter of a script without blanks stands at an index. */
    final boolean isUnspaced(int index) {
        return (kindsAt(index) & CharTable.UNSPACED) != 0;
    }

    /** Whether a lower-case string stands at an index, in any case. */
    final boolean matches(int index, String lower) {
        for (int i = 0; i < lower.length(); i++) {
            if (lowerAt(index + i) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The first index from a start that holds no blank (line ends are no blanks). */
    final int skipBlanks(int start) {
        int i = start;
        while (at(i) == ' ' || at(i) == '\t') {
            i++;
        }
        return i;
    }

    /** The characters of the text between two indexes. */
    String slice(int start, int end) {
        int from = Math.clamp(start, 0, chars.length);
        return new String(chars, from, Math.clamp(end, from, chars.length) - from);
    }
}
