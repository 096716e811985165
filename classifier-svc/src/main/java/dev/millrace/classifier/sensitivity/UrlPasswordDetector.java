package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds passwords inside addresses: {@code scheme://user:password@host}, {@code oracle:thin:user/password@host}; it starts at the colon of the scheme. */
final class UrlPasswordDetector {

    private static final int AUTHORITY_CHARS_MAX = 512;
    private static final int THIN_CHARS_MAX = 96;
    private static final String THIN = "oracle:thin";

    int detect(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.at(start + 1) != '/' || text.at(start + 2) != '/') {
            return text.matches(start - THIN.length(), THIN)
                    ? thin(scan, start)
                    : LoginFlagDetector.slashed(scan, start);
        }
        int colon = -1;
        for (int i = start + 3; i - start < AUTHORITY_CHARS_MAX && isAuthority(text.at(i)); i++) {
            char c = text.at(i);
            if (c == ':' && colon < 0) {
                colon = i;
            } else if ((c == '/' && text.at(i + 1) == '/') || ("?#/".indexOf(c) >= 0 && isPort(text, colon, i))) {
                return start;
            } else if (c == '@') {
                return colon > 0 ? login(scan, start + 3, colon + 1, i) : start;
            }
        }
        return start;
    }

    private static boolean isReal(ScanText text, int start, int end) {
        return end > start && !StandIns.isAt(text, start) && !StandIns.isWord(text, start, end);
    }

    /** Whether nothing or a port stands after the host: a slash, a question mark or a hash then ends it. */
    private static boolean isPort(ScanText text, int colon, int end) {
        int i = colon + 1;
        while (colon > 0 && i < end && text.isDigit(i)) {
            i++;
        }
        return colon < 0 || i == end;
    }

    /** A login ends at an at sign; without a password in it the sign is still none of an e-mail address. */
    private static int login(Scan scan, int user, int password, int end) {
        if (isReal(scan.text, password, end) && !isDefault(scan.text, user, password, end)) {
            scan.found(FindingKind.CREDENTIAL, "url_password");
        }
        return end + 1;
    }

    /** Whether a word is both the user and the password, as fresh installations have it: {@code guest:guest@}. */
    private static boolean isDefault(ScanText text, int user, int password, int end) {
        boolean same = end - password == password - 1 - user;
        for (int i = 0; same && i < end - password; i++) {
            same = text.at(user + i) == text.at(password + i) && text.isLetter(user + i);
        }
        return same;
    }

    /** A user and a password with a slash between, as Oracle's addresses have them: {@code thin:user/password@host}. */
    private static int thin(Scan scan, int start) {
        ScanText text = scan.text;
        int slash = -1;
        for (int i = start + 1; i - start < THIN_CHARS_MAX && text.at(i) > ' '; i++) {
            if (text.at(i) == '/' && slash < 0) {
                slash = i;
            } else if (text.at(i) == '@') {
                return slash > start + 1 ? login(scan, start + 1, slash + 1, i) : start;
            }
        }
        return start;
    }

    private static boolean isAuthority(char c) {
        return c > ' ' && c != '"' && c != '\'' && c != '<';
    }
}
