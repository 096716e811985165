package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.Base64;
import java.util.Set;

/**
 * Finds private keys in base64 without their armour, by what they begin with: in DER a sequence whose first member is the version
 * (PKCS #1, PKCS #8, SEC 1), where certificates and public keys have another sequence; in OpenSSH's form its name.
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
}
