package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds private keys written as JSON (JWK): an object with the type of a key and its secret member, in either order,
 * {@code {"kty":"EC","d":"…"}}, and those written as XML, {@code <RSAKeyValue>… <D>…}.
 */
final class JsonKeyDetector {

    /** A large RSA key has several members of hundreds of characters between the two. */
    private static final int REACH_CHARS = 4_000;

    private static final int SECRET_CHARS_MIN = 20;

    private JsonKeyDetector() {}

    /** A word that may name such a member stands between two indexes; returns the index after what it looked at. */
    static int member(Scan scan, Topic topic, int start, int end) {
        ScanText text = scan.text;
        if (topic == Topic.JWK_SECRET && isElement(scan, start, end)) {
            scan.found(FindingKind.PRIVATE_KEY, "xml_key");
            return end;
        }
        char quote = text.at(end);
        if (!ValueStart.isQuote(quote) || text.at(start - 1) != quote) {
            return end;
        }
        int value = ValueStart.afterSign(text, text.skipBlanks(end + 1));
        if (!ValueStart.isQuote(text.at(value)) || (topic == Topic.JWK_SECRET && !isSecret(scan, value + 1))) {
            return end;
        }
        Topic other = topic == Topic.JWK_SECRET ? Topic.JWK_TYPE : Topic.JWK_SECRET;
        if (scan.isNamed(other, start, REACH_CHARS)) {
            scan.found(FindingKind.PRIVATE_KEY, "json_web_key");
        }
        scan.name(topic, end);
        return end;
    }

    /** Whether it is the element with the secret part of an RSA key in XML. */
    private static boolean isElement(Scan scan, int start, int end) {
        ScanText text = scan.text;
        return text.at(start - 1) == '<'
                && text.at(end) == '>'
                && scan.isNamed(Topic.RSA_XML, start, REACH_CHARS)
                && text.isPlainWord(end + 1);
    }

    private static boolean isSecret(Scan scan, int start) {
        scan.keyRun.read(start);
        return scan.keyRun.length() >= SECRET_CHARS_MIN;
    }
}
