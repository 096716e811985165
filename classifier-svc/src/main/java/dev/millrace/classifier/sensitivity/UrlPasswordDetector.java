package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds passwords inside addresses: {@code scheme://user:password@host}; it starts at the colon of the scheme. */
final class UrlPasswordDetector implements Detector {

    private static final int AUTHORITY_CHARS_MAX = 512;

    @Override
    public int detect(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.at(start + 1) != '/' || text.at(start + 2) != '/') {
            return start;
        }
        int colon = -1;
        for (int i = start + 3; i - start < AUTHORITY_CHARS_MAX && isAuthority(text.at(i)); i++) {
            char c = text.at(i);
            if (c == ':' && colon < 0) {
                colon = i;
            } else if ((c == '?' || c == '#') && isPort(text, colon, i)) {
                return start;
            } else if (c == '@') {
                return colon > 0 ? login(scan, colon + 1, i) : start;
            }
        }
        return start;
    }

    private static boolean isReal(ScanText text, int start, int end) {
        return end > start && !StandIns.isAt(text, start) && !StandIns.isWord(text, start, end);
    }

    /** Whether nothing or a port stands after the host: a question mark or a hash then ends it. */
    private static boolean isPort(ScanText text, int colon, int end) {
        int i = colon + 1;
        while (colon > 0 && i < end && text.isDigit(i)) {
            i++;
        }
        return colon < 0 || i == end;
    }

    /** A login ends at an at sign; without a password in it the sign is still none of an e-mail address. */
    private static int login(Scan scan, int password, int end) {
        if (isReal(scan.text, password, end)) {
            scan.found(FindingKind.CREDENTIAL, "url_password");
        }
        return end + 1;
    }

    private static boolean isAuthority(char c) {
        return c > ' ' && c != '/' && c != '"' && c != '\'' && c != '<';
    }
}
