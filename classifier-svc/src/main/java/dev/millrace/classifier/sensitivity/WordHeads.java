package dev.millrace.classifier.sensitivity;

/**
 * Tells words that begin nothing from those that may begin something, by their first three characters: every word of a
 * text asks, most begin nothing, and one look here costs less than the first steps of each detector. A character beyond
 * ASCII may begin anything.
 */
final class WordHeads {

    private static final int ASCII = 128;
    private static final int SORT_BITS = 6;
    private static final String SMALL = "abcdefghijklmnopqrstuvwxyz";
    private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    /** What may stand for the blank of a phrase. */
    private static final String GAPS = " -_\n\t";
    /** One of each sort of characters that are no letters: gaps, digits, all others. */
    private static final String SIGNS = " 0.";

    private static final int GAP = 52;
    private static final int DIGIT = 53;
    private static final int OTHER = 54;
    /** The bit of a pair that something begins with. */
    private static final long KNOWN = 1L << 63;

    /** The sort of each character of ASCII: its own for each letter. */
    private static final byte[] SORTS = new byte[ASCII];

    static {
        for (char c = 0; c < ASCII; c++) {
            boolean digit = c >= '0' && c <= '9';
            int letter = (CAPITALS + SMALL).indexOf(c);
            SORTS[c] = (byte) (letter >= 0 ? letter : digit ? DIGIT : GAPS.indexOf(c) >= 0 ? GAP : OTHER);
        }
    }

    /** For each two characters a bit for each third one. */
    private final long[] thirds = new long[1 << (2 * SORT_BITS)];

    /** Whether something may begin at an index with a character that stands there. */
    boolean mayBegin(char first, ScanText text, int start) {
        char second = first < ASCII ? text.at(start + 1) : first;
        if (second >= ASCII) {
            return true;
        }
        long known = thirds[place(first, second)];
        if (known == 0) {
            return false;
        }
        char third = text.at(start + 2);
        return third >= ASCII || ((known >>> SORTS[third]) & 1) != 0;
    }

    /** Adds a phrase in lower case: its case does not count, a blank stands for any gap, and a word ends with it. */
    void addPhrase(String phrase) {
        add(phrase, false);
    }

    /** Adds a beginning whose case counts, whatever follows it. */
    void addBeginning(String beginning) {
        add(beginning, true);
    }

    private void add(String text, boolean exact) {
        String firsts = variants(text, 0, ' ', exact);
        for (int i = 0; i < firsts.length(); i++) {
            char first = firsts.charAt(i);
            String seconds = variants(text, 1, first, exact);
            for (int j = 0; j < seconds.length(); j++) {
                char second = seconds.charAt(j);
                String next = variants(text, 2, second, exact);
                thirds[place(first, second)] |= KNOWN | bits(!exact && GAPS.indexOf(second) >= 0 ? next + GAPS : next);
            }
        }
    }

    /** One of each sort of characters that may stand at a place of a text, or behind it. */
    private static String variants(String text, int place, char before, boolean exact) {
        if (place > text.length() || (exact && place == text.length())) {
            return SMALL + CAPITALS + SIGNS;
        }
        if (place == text.length()) {
            return CAPITALS.indexOf(before) >= 0 ? SIGNS : CAPITALS + SIGNS;
        }
        char c = text.charAt(place);
        if (c >= ASCII) {
            return "";
        }
        boolean varies = !exact && (c == ' ' || SMALL.indexOf(c) >= 0);
        if (!varies) {
            return String.valueOf(c);
        }
        return c == ' ' ? GAPS : String.valueOf(c) + Character.toUpperCase(c);
    }

    private static long bits(String characters) {
        long bits = 0;
        for (int i = 0; i < characters.length(); i++) {
            bits |= 1L << SORTS[characters.charAt(i)];
        }
        return bits;
    }

    private static int place(char first, char second) {
        return (SORTS[first] << SORT_BITS) | SORTS[second];
    }
}
