package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/**
 * Finds private keys without their armour. Some say in base64 what they are, by what they begin with: in DER a sequence whose first
 * member is the version (PKCS #1, PKCS #8, SEC 1), where certificates and public keys have another sequence; in OpenSSH's form its
 * name. Others are 32 octets in hex or base64 as any hash and any public key is: only a name beside them tells.
 */
final class KeyBodyDetector {

    private static final String OPENSSH = "b3BlbnNzaC1rZXktdjEA";
    private static final int HEAD_CHARS = 20;
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int LONG_LENGTH = 0x80;
    /** How long the numbers of the usual curves are: 256, 384 and 521 bits. */
    private static final Set<Byte> SCALAR_OCTETS = Set.of((byte) 32, (byte) 48, (byte) 66);

    private static final int HEX_CHARS = 64;
    /** So many characters and an equals sign are 32 octets in base64. */
    private static final int BASE64_CHARS = 43;
    /** What the last of those characters can be: two of its bits are left over. */
    private static final Signs LAST_CHARS = Signs.of("AEIMQUYcgkosw048");

    /** What remarks begin with. */
    static final Signs REMARKS = Signs.of("#/(");

    private static final int BEFORE_CHARS = 40;

    private KeyBodyDetector() {}

    /** Reports a key that begins at an index with M or b and returns the index after its beginning, or the index. */
    static int detect(Scan scan, int start) {
        ScanText text = scan.text;
        boolean key = text.at(start) == 'M' ? isSequence(text, start) : isOpenSsh(text, start);
        if (!key || scan.isKeyBlock(start)) {
            return start;
        }
        scan.found(FindingKind.PRIVATE_KEY, "private_key_body");
        return start + HEAD_CHARS;
    }

    private static boolean isOpenSsh(ScanText text, int start) {
        int i = 0;
        while (i < OPENSSH.length() && text.at(start + i) == OPENSSH.charAt(i)) {
            i++;
        }
        return i == OPENSSH.length();
    }

    private static boolean isSequence(ScanText text, int start) {
        char second = text.at(start + 1);
        if (second < 'A' || second > 'P' || BasicLogin.base64End(text, start, HEAD_CHARS) < start + HEAD_CHARS) {
            return false;
        }
        byte[] head = Base64.getDecoder().decode(text.slice(start, start + HEAD_CHARS));
        int first = (head[1] & LONG_LENGTH) == 0 ? 2 : 2 + (head[1] & 0x7f);
        if (head[0] != SEQUENCE || first > 5 || head[first] != INTEGER || head[first + 1] != 1) {
            return false;
        }
        byte next = head[first + 3];
        return switch (head[first + 2]) {
            case 0 -> next == SEQUENCE || next == INTEGER;
            case 1 -> next == OCTETS && SCALAR_OCTETS.contains(head[first + 4]);
            default -> false;
        };
    }

    /** What a random value is whose name ends at an index: a private key where the name says so and it is as long as one. */
    static FindingKind kindOf(Scan scan, int nameEnd, int start) {
        boolean named = scan.isNameEnd(Topic.PRIVATE_KEY, nameEnd);
        return named && octetsEnd(scan.text, start) > start ? FindingKind.PRIVATE_KEY : FindingKind.CREDENTIAL;
    }

    /** The name of a function that takes a private key ends at an index; returns the index after its literal, or that index. */
    static int argument(Scan scan, int nameEnd) {
        int literal = ValueStart.afterCall(scan.text, nameEnd);
        int end = literal > nameEnd ? octetsEnd(scan.text, literal + 1) : nameEnd;
        if (end <= literal + 1) {
            return nameEnd;
        }
        scan.found(FindingKind.PRIVATE_KEY, "private_key_argument");
        return end;
    }

    /** The name of a private key begins at an index: what is said of hex before it is that it is one, {@code ("0x…")  # private key}. */
    static void before(Scan scan, int nameStart) {
        ScanText text = scan.text;
        boolean remark = false;
        int words = 0;
        int others = 0;
        int i = nameStart;
        while (nameStart - i < BEFORE_CHARS && text.at(i - 1) != '\n' && text.at(i - 1) != 0) {
            int start = i;
            while (i - start <= HEX_CHARS + 2 && text.isPlainWord(start - 1)) {
                start--;
            }
            if (i - start >= HEX_CHARS) {
                boolean said = remark ? others <= 1 : words > 0 && others == 0;
                if (said && octetsEnd(text, start) == i && !PublicValue.isNamed(text, start, i)) {
                    scan.found(FindingKind.PRIVATE_KEY, "private_key_said");
                }
                return;
            }
            if (start < i) {
                String word = text.slice(start, i).toLowerCase(Locale.ROOT);
                words++;
                others += MentionWords.isLink(word) ? 0 : 1;
                if (MentionWords.isDenial(word)) {
                    return;
                }
            }
            remark |= REMARKS.hold(text.at(i - 1));
            i = Math.min(start, i - 1);
        }
    }

    /** The index after 32 octets that begin at an index, in hex or in base64, or that index where no or other octets do. */
    private static int octetsEnd(ScanText text, int start) {
        boolean prefixed = text.at(start) == '0' && text.lowerAt(start + 1) == 'x';
        int first = prefixed ? start + 2 : start;
        int hex = first;
        while (hex - first < HEX_CHARS && isHex(text.lowerAt(hex))) {
            hex++;
        }
        if (hex - first == HEX_CHARS) {
            return text.isPlainWord(hex) ? start : hex;
        }
        int base64 = BasicLogin.base64End(text, start, BASE64_CHARS);
        boolean whole = base64 - start == BASE64_CHARS
                && text.at(base64) == '='
                && text.at(base64 + 1) != '='
                && LAST_CHARS.hold(text.at(base64 - 1));
        return whole ? base64 + 1 : start;
    }

    /** Whether a character is a digit of hex in small letters. */
    static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
}
