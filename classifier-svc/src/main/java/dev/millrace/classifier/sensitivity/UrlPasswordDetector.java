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
            } else if (c == '@') {
                return colon > 0 && isReal(text, colon + 1, i) ? found(scan, i) : start;
            }
        }
        return start;
    }

    private static boolean isReal(ScanText text, int start, int end) {
        return end > start && !PasswordValue.isStandIn(text, start);
    }

    private static int found(Scan scan, int end) {
        scan.found(FindingKind.CREDENTIAL, "url_password");
        return end + 1;
    }

    private static boolean isAuthority(char c) {
        return c > ' ' && c != '/' && c != '"' && c != '\'' && c != '<';
    }
}
