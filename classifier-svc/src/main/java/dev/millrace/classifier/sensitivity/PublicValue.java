package dev.millrace.classifier.sensitivity;

import java.util.Arrays;
import java.util.Set;

/**
 * Tells what all may see from what looks as random as it: the addresses of wallets by their form and check sum, hashes and
 * public keys by the word before them.
 */
final class PublicValue {

    /** Words for what is public whatever it looks like. */
    private static final Set<String> HASHES = Set.of(
            "hash",
            "hashes",
            "checksum",
            "digest",
            "sha",
            "fingerprint",
            "tx",
            "txid",
            "txn",
            "txhash",
            "pubkey",
            "publickey",
            "prüfsumme");
    /** Words for what a hash names, and for much that has a password: the hash is as long as SHA-1 or SHA-256. */
    private static final Set<String> HASHED = Set.of(
            "commit",
            "revision",
            "block",
            "root",
            "transaction",
            "transaktion",
            "transacción",
            "transazione",
            "transação",
            "transactie");
    /** Words for an account's address without its 0x, and for the one of a letter, a page or a house. */
    private static final Set<String> ADDRESSES =
            Set.of("address", "adresse", "dirección", "indirizzo", "endereço", "adres");

    private static final int SHA1_CHARS = 40;
    private static final int SHA256_CHARS = 64;
    private static final int ACCOUNT_CHARS = 40;
    private static final int GAP_CHARS_MAX = 8;
    private static final Signs GAP = Signs.of(" \"'`:=@");

    /** How public keys and certificates begin. */
    private static final String[] BEGINNINGS = {"aaaa", "ls0t", "mii"};

    /** The beginnings of addresses in bech32, of the main network and of the one for tests. */
    private static final String[] BECH32 = {"bc1", "tb1"};

    private static final Signs BECH32_CHARS = Signs.of("023456789acdefghjklmnpqrstuvwxyz");
    private static final int BECH32_CHARS_MIN = 42;
    private static final int BASE58_CHARS_MIN = 26;
    private static final int BASE58_CHARS_MAX = 35;

    private PublicValue() {}

    /** Whether a random value between two indexes is public by its form or by the word before it. */
    static boolean is(ScanText text, int start, int end) {
        return Arrays.stream(BEGINNINGS).anyMatch(form -> text.matches(start, form))
                || isNamed(text, start, end)
                || isAddress(text, start, end);
    }

    /** Whether the word before a value, or before its "is", says that it is a hash, an address, or something else that all may see. */
    static boolean isNamed(ScanText text, int start, int end) {
        int named = namedEnd(text, start);
        String last = MentionWords.wordBefore(text, named);
        int before = named - last.length();
        String word = MentionWords.isCopula(last) ? MentionWords.wordBefore(text, before) : last;
        int digits = hexDigits(text, start, end);
        return HASHES.contains(word)
                || (HASHED.contains(word) && (digits == SHA1_CHARS || digits == SHA256_CHARS))
                || (ADDRESSES.contains(word) && digits == ACCOUNT_CHARS)
                || (last.equals("key") && MentionWords.wordBefore(text, before).equals("public"));
    }

    /** Whether the address of a wallet or an account stands between two indexes: it looks as random as a key, and all may see it. */
    static boolean isAddress(ScanText text, int start, int end) {
        int length = end - start;
        return (isPrefixed(text, start) && hexDigits(text, start, end) == ACCOUNT_CHARS)
                || (length >= BECH32_CHARS_MIN && isBech32(text, start, end))
                || (length >= BASE58_CHARS_MIN
                        && length <= BASE58_CHARS_MAX
                        && Checksums.isWalletAddress(text.slice(start, end)));
    }

    private static boolean isBech32(ScanText text, int start, int end) {
        if (Arrays.stream(BECH32).noneMatch(form -> text.matches(start, form))) {
            return false;
        }
        int i = start + BECH32[0].length();
        while (i < end && BECH32_CHARS.hold(text.at(i))) {
            i++;
        }
        return i == end;
    }

    /** How many digits of hex stand between two indexes, without 0x before them; none where anything else does. */
    private static int hexDigits(ScanText text, int start, int end) {
        int first = isPrefixed(text, start) ? start + 2 : start;
        int i = first;
        while (i < end && KeyBodyDetector.isHex(text.lowerAt(i))) {
            i++;
        }
        return i == end ? i - first : 0;
    }

    private static boolean isPrefixed(ScanText text, int start) {
        return text.at(start) == '0' && text.lowerAt(start + 1) == 'x';
    }

    /** The index after the letters that name the value at an index, behind which signs and digits may stand, {@code sha256:}. */
    private static int namedEnd(ScanText text, int value) {
        int end = value;
        while (value - end < GAP_CHARS_MAX && GAP.hold(text.at(end - 1))) {
            end--;
        }
        while (value - end < GAP_CHARS_MAX && text.isDigit(end - 1)) {
            end--;
        }
        return end;
    }
}
