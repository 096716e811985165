package dev.millrace.classifier.sensitivity;

/**
 * Some characters of ASCII, a bit each: loops ask for every character they pass, and a search through a string costs more than
 * all else they do.
 *
 * @param low the characters below 64
 * @param high those from 64 to 127
 */
record Signs(long low, long high) {

    private static final int HALF = 64;

    /** The characters of a string, all of ASCII. */
    static Signs of(String signs) {
        long low = 0;
        long high = 0;
        for (int i = 0; i < signs.length(); i++) {
            char sign = signs.charAt(i);
            if (sign >= 2 * HALF) {
                throw new IllegalArgumentException("sign: " + sign + " (expected: one of ASCII)");
            }
            low |= sign < HALF ? 1L << sign : 0;
            high |= sign < HALF ? 0 : 1L << sign;
        }
        return new Signs(low, high);
    }

    /** Whether a character is one of them. */
    boolean hold(char c) {
        return c < 2 * HALF && (((c < HALF ? low : high) >>> c) & 1) != 0;
    }
}
