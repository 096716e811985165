package dev.millrace.classifier.sensitivity;

/** Tells by the first four digits which lengths a card number may have; a table, because every long number asks. */
final class CardIssuers {

    private static final int LENGTH_MIN = 13;
    private static final int LENGTHS_16_TO_19 = mask(16) | mask(17) | mask(18) | mask(19);
    /** So many digits have cards whose beginnings are spread so wide that other numbers have them too: only beside a name they are cards. */
    private static final int NAMED_LENGTH = 16;

    private static final int NAMED = 1 << 7;
    private static final byte[] LENGTHS = new byte[10_000];

    static {
        allow(4000, 4999, mask(13) | mask(16) | mask(19));
        allow(5100, 5599, mask(16));
        allow(2221, 2720, mask(16));
        allow(2200, 2204, mask(16));
        allow(3400, 3499, mask(15));
        allow(3700, 3799, mask(15));
        allow(3000, 3059, mask(14));
        allow(3600, 3699, mask(14));
        allow(3800, 3999, mask(14));
        allow(6011, 6011, LENGTHS_16_TO_19);
        allow(6440, 6599, LENGTHS_16_TO_19);
        allow(3528, 3589, LENGTHS_16_TO_19);
        allow(6200, 6299, LENGTHS_16_TO_19);
        // Dankort, Elo, RuPay and Troy.
        allow(5019, 5019, mask(16));
        allow(5066, 5067, mask(16));
        allow(5085, 5089, mask(16));
        allow(5090, 5099, mask(16));
        allow(6069, 6074, mask(16));
        allow(6080, 6085, mask(16));
        allow(8172, 8201, mask(16));
        allow(9792, 9792, mask(16));
        for (int maestro : new int[] {5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763}) {
            allow(maestro, maestro, NAMED - 1);
        }
        // All that RuPay may use, of which the ranges above are known to be given out.
        allow(5080, 5089, NAMED);
        allow(6000, 6099, NAMED);
        allow(8100, 8299, NAMED);
    }

    private CardIssuers() {}

    /** Whether an issuer gives out numbers that begin so, of any length. */
    static boolean isIssued(int firstFour) {
        return LENGTHS[firstFour] != 0;
    }

    /**
     * Whether an issuer gives out numbers that begin so.
     *
     * @param length how many digits, from 13 to 19
     * @param named whether a word beside the number says that it is a card's
     */
    static boolean isIssued(int firstFour, int length, boolean named) {
        int lengths = LENGTHS[firstFour];
        return (lengths & mask(length)) != 0 || (named && length == NAMED_LENGTH && (lengths & NAMED) != 0);
    }

    private static void allow(int from, int to, int lengths) {
        for (int four = from; four <= to; four++) {
            LENGTHS[four] |= (byte) lengths;
        }
    }

    private static int mask(int length) {
        return 1 << (length - LENGTH_MIN);
    }
}
