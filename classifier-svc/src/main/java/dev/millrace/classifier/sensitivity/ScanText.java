package dev.millrace.classifier.sensitivity;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A text in the form the detectors read: any script's digits and full-width letters are ASCII, dashes and blanks are the
 * plain ones, invisible characters are gone, what is encoded is what it stands for, and strings that a program joins are one.
 *
 * <p>Case is kept. Reading past either end gives the character 0, so that detectors need no bounds checks. Every read of a
 * character passes through {@link #at}, {@link #kindsAt} and {@link #slice}, so that a test can count them.
 */
class ScanText {

    /** Whether a character of ASCII is its own plain form, whatever follows it: nearly all are. */
    private static final boolean[] PLAIN = new boolean[128];

    /** What may follow those that are not always their own plain form. */
    private static final Signs[] FOLLOWERS = new Signs[128];

    private static final int LOOK_ALIKES_MAX = 4;
    private static final int COUNTRY_CHARS = 2;

    /** The text is read again in blocks: no detector looks further than one, but along what no octet stands in. */
    static final int BLOCK_CHARS = 1 << 10;

    /** One block where what begins may reach as far as the octet, and one that tells what stands before that. */
    private static final int BLOCKS_BEFORE = 2;

    private static final int BLOCKS_BEHIND = 1;

    /** Signs that end a password or part an address: who writes them as octets means none of that. */
    private static final Signs PARTING = Signs.of(" \"'<>,;|/?#@:&=");

    static {
        for (char c = 0; c < PLAIN.length; c++) {
            FOLLOWERS[c] = Literals.BEGINNINGS.hold(c) ? Literals.followers(c) : Encoded.followers(c);
            PLAIN[c] = !Encoded.BEGINNINGS.hold(c) && !Literals.BEGINNINGS.hold(c);
        }
    }

    /** No longer than the text, so that one comparison with its length is all that a read takes. */
    private final char[] chars;

    /** The blocks of the text beside which octets stand for signs that part an address or end a password. */
    private final BitSet octetBlocks = new BitSet();

    private int lastOctetBlock = -1;

    ScanText(String text) {
        this(text, true);
    }

    private ScanText(String text, boolean octets) {
        char[] plain = text.toCharArray();
        Literals literals = new Literals(plain);
        int size = plainEnd(plain, 0);
        // What is kept is written behind what was kept before, never beyond the place that is read.
        for (int i = size; i < plain.length; i++) {
            char c = plain[i];
            if (c < 128) {
                if (PLAIN[c] || !isFollowed(c, i + 1 < plain.length ? plain[i + 1] : 0)) {
                    plain[size++] = c;
                    continue;
                }
                int formed = Literals.BEGINNINGS.hold(c) ? literals.at(i) : Encoded.at(plain, i);
                if (c == '%' && formed != Encoded.NOTHING) {
                    noteOctet(Encoded.character(formed), size);
                    formed = octets ? formed : Encoded.NOTHING;
                }
                if (formed != Encoded.NOTHING) {
                    i += Encoded.length(formed) - 1;
                    c = Encoded.character(formed);
                }
            }
            int kept = c;
            if (c >= 128) {
                boolean pair =
                        Character.isHighSurrogate(c) && i + 1 < plain.length && Character.isLowSurrogate(plain[i + 1]);
                kept = pair ? CharTable.plainBeyond(Character.toCodePoint(c, plain[++i])) : CharTable.plain(c);
                char latin = CharTable.lookAlike(c);
                kept = latin > 0 && isInLatin(plain, size, i) ? latin : kept;
            }
            if (kept >= 0) {
                plain[size++] = (char) kept;
            }
        }
        chars = size == plain.length ? plain : Arrays.copyOf(plain, size);
    }

    /** The same, but for octets of addresses, which stay as they are written. */
    static ScanText withOctets(String text) {
        return new ScanText(text, false);
    }

    /** Whether octets stand for signs that part an address or end a password, so that both forms may hold one. */
    final boolean hasSignsFromOctets() {
        return lastOctetBlock >= 0;
    }

    /** The first block from an index on that such an octet stands near, by the index it begins at; -1 where there is none. */
    final int nextNearOctets(int index) {
        int block = octetBlocks.nextSetBit(index / BLOCK_CHARS);
        return block < 0 ? -1 : block * BLOCK_CHARS;
    }

    /** The first block from an index on that no such octet stands near, by the index it begins at, behind the text perhaps. */
    final int nextFarFromOctets(int index) {
        return octetBlocks.nextClearBit(index / BLOCK_CHARS) * BLOCK_CHARS;
    }

    private void noteOctet(char sign, int place) {
        int block = place / BLOCK_CHARS;
        if (PARTING.hold(sign) && block != lastOctetBlock) {
            octetBlocks.set(Math.max(0, block - BLOCKS_BEFORE), block + BLOCKS_BEHIND + 1);
            lastOctetBlock = block;
        }
    }

    /** Whether what follows a character allows that it stands for another. */
    private static boolean isFollowed(char c, char next) {
        return next < 128 && FOLLOWERS[c].hold(next);
    }

    /** The index of the next character from one on that may stand for another. */
    private static int plainEnd(char[] text, int start) {
        int end = start;
        while (end < text.length && text[end] < 128 && PLAIN[text[end]]) {
            end++;
        }
        return end;
    }

    /**
     * Whether a letter that looks like a Latin one stands among Latin ones: before it, or behind others that look so; or begins a word
     * of two capitals with two digits behind them, as accounts begin and no word of its own script does.
     */
    private static boolean isInLatin(char[] text, int kept, int index) {
        if (kept > 0 && isLatin(text[kept - 1])) {
            return true;
        }
        int i = index + 1;
        while (i < text.length && i - index < LOOK_ALIKES_MAX && CharTable.lookAlike(text[i]) > 0) {
            i++;
        }
        return i < text.length && (isLatin(text[i]) || (i - index == COUNTRY_CHARS && isCountry(text, kept, index)));
    }

    /** Whether letters that look like a country are followed by the check digits of an account, and no letter stands before. */
    private static boolean isCountry(char[] text, int kept, int index) {
        int digits = index + COUNTRY_CHARS;
        return digits + 1 < text.length
                && Character.isUpperCase(text[index])
                && Character.isUpperCase(text[index + 1])
                && isDigit(text[digits])
                && isDigit(text[digits + 1])
                && (kept == 0 || !Character.isLetterOrDigit(text[kept - 1]));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLatin(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
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
