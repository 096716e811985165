package dev.millrace.classifier.sensitivity;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Set;

/** The check digits that tell real numbers from look-alikes. */
final class Checksums {

    private static final long LARGE = Long.MAX_VALUE / 1_000;
    private static final int[][] VERHOEFF_PRODUCT = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
        {3, 4, 0, 1, 2, 8, 9, 5, 6, 7}, {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
        {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3}, {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
        {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
    };
    private static final int[][] VERHOEFF_PERMUTATION = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}, {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
        {8, 9, 1, 6, 0, 4, 3, 5, 2, 7}, {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
        {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}
    };

    private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    /** A wallet's key fills no more of these than 38 octets; so large is a number in base58 of 54 characters. */
    private static final int WALLET_KEY_INTS = 10;

    private static final int WALLET_KEY_CHARS_MAX = 52;
    private static final int VERSION_MAIN = 0x80;
    private static final int VERSION_TEST = 0xef;
    private static final int SUM_OCTETS = 4;
    private static final int ADDRESS_OCTETS = 25;
    /** Of keys and of scripts, in the network and in its test. */
    private static final Set<Byte> ADDRESS_VERSIONS = Set.of((byte) 0, (byte) 5, (byte) 0x6f, (byte) 0xc4);

    private Checksums() {}

    /** Luhn's sum (ISO/IEC 7812) of so many digits from a place: payment cards, Canadian and Swedish numbers. */
    static boolean luhn(char[] digits, int start, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            int digit = digits[start + count - 1 - i] - '0';
            int weighed = (i & 1) == 0 ? digit : digit * 2;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }

    /** Whether the first characters are an account number: read from the fifth round to the fourth the remainder by 97 is 1. */
    static boolean isMod97(char[] alphanumerics, int length) {
        long rest = 0;
        for (int i = 0; i < length; i++) {
            char c = alphanumerics[i + 4 < length ? i + 4 : i + 4 - length];
            rest = c > '9' ? rest * 100 + c - 'A' + 10 : rest * 10 + c - '0';
            // The remainder is taken only now and then: a division costs as much as ten of the other steps.
            if (rest > LARGE) {
                rest %= 97;
            }
        }
        return rest % 97 == 1;
    }

    /**
     * Whether characters in base58 are a private key as wallets write one (WIF): a version, 32 octets, a one where the public
     * key is compressed, and the first four octets of the SHA-256 of the SHA-256 of all that.
     */
    static boolean isWalletKey(CharSequence base58) {
        byte[] octets = octets(base58);
        int start = 0;
        while (start < octets.length && octets[start] == 0) {
            start++;
        }
        int size = octets.length - start;
        boolean compressed = size == 38 && octets[start + 33] == 1;
        if (size != 37 && !compressed) {
            return false;
        }
        int version = octets[start] & 0xff;
        return (version == VERSION_MAIN || version == VERSION_TEST) && hasSum(octets, start);
    }

    /** Whether characters in base58 are an address that all may see: a version, 20 octets, and the same sum. */
    static boolean isWalletAddress(CharSequence base58) {
        byte[] octets = octets(base58);
        int start = octets.length - ADDRESS_OCTETS;
        for (int i = 0; i < start; i++) {
            if (octets[i] != 0) {
                return false;
            }
        }
        return start > 0 && ADDRESS_VERSIONS.contains(octets[start]) && hasSum(octets, start);
    }

    /** Whether the last octets are the first ones of the SHA-256 of the SHA-256 of those from a place. */
    private static boolean hasSum(byte[] octets, int start) {
        int end = octets.length - SUM_OCTETS;
        byte[] sum = sha256(sha256(octets, start, end), 0, 32);
        return Arrays.equals(sum, 0, SUM_OCTETS, octets, end, octets.length);
    }

    /** What characters in base58 stand for, with zeros before; nothing where one of them is none of base58 or they are too many. */
    private static byte[] octets(CharSequence base58) {
        int[] number = new int[WALLET_KEY_INTS];
        for (int i = 0; i < base58.length(); i++) {
            long carry = BASE58.indexOf(base58.charAt(i));
            if (carry < 0 || i == WALLET_KEY_CHARS_MAX) {
                return new byte[0];
            }
            for (int place = number.length - 1; place >= 0; place--) {
                carry += (number[place] & 0xffffffffL) * BASE58.length();
                number[place] = (int) carry;
                carry >>>= Integer.SIZE;
            }
        }
        ByteBuffer octets = ByteBuffer.allocate(number.length * Integer.BYTES);
        for (int part : number) {
            octets.putInt(part);
        }
        return octets.array();
    }

    private static byte[] sha256(byte[] octets, int start, int end) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(octets, start, end - start);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Verhoeff's scheme: Indian Aadhaar numbers. */
    static boolean verhoeff(CharSequence digits) {
        int check = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            check = VERHOEFF_PRODUCT[check][VERHOEFF_PERMUTATION[i % 8][digit]];
        }
        return check == 0;
    }

    /** ISO 7064 mod 11,10: German tax numbers. */
    static boolean mod1110(CharSequence digits) {
        int product = 10;
        for (int i = 0; i < digits.length() - 1; i++) {
            int sum = (digits.charAt(i) - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        int check = 11 - product;
        return (check == 10 ? 0 : check) == digits.charAt(digits.length() - 1) - '0';
    }

    /** The weighted sum of the digits from the start, one weight a digit. */
    static int weighedSum(CharSequence digits, int... weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += (digits.charAt(i) - '0') * weights[i];
        }
        return sum;
    }
}
