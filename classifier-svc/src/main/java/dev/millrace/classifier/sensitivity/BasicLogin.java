package dev.millrace.classifier.sensitivity;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Recognises a user's name and password in base64, as HTTP's basic scheme sends them. */
final class BasicLogin {

    private static final int CHARS_MIN = 8;
    private static final int CHARS_MAX = 200;

    private BasicLogin() {}

    /** The index after a login that begins at an index, or the index where none does. */
    static int end(ScanText text, int start) {
        int end = base64End(text, start, CHARS_MAX);
        int padded = end;
        while (padded - end < 2 && text.at(padded) == '=') {
            padded++;
        }
        return end - start >= CHARS_MIN && (end - start) % 4 != 1 && isLogin(text.slice(start, end)) ? padded : start;
    }

    /** The index after the characters of base64 from an index, so many at most. */
    static int base64End(ScanText text, int start, int charsMax) {
        int end = start;
        while (end - start < charsMax && isBase64(text, end)) {
            end++;
        }
        return end;
    }

    private static boolean isBase64(ScanText text, int index) {
        return text.isPlainWord(index) || text.at(index) == '+' || text.at(index) == '/';
    }

    /** Whether it stands for readable characters with a colon among them. */
    private static boolean isLogin(String base64) {
        String login = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        int colon = login.indexOf(':');
        return colon > 0
                && colon < login.length() - 1
                && login.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == 0xfffd);
    }
}
