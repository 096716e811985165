package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.Locale;
import java.util.Set;

/**
 * Finds what the headers of a request carry to log in: {@code Authorization: Bearer x}, {@code Cookie: session=x}, and logins
 * in base64. It begins with the name, and returns the index after the secret, or after the name where there is none.
 */
final class HeaderDetector {

    private static final int BEARER_CHARS_MIN = 16;
    private static final int LOGIN_CHARS_MIN = 12;
    private static final int COOKIE_VALUE_CHARS_MIN = 20;
    private static final int COOKIE_CHARS_MAX = 32;
    private static final int COOKIES_MAX = 8;
    private static final int COOKIES_CHARS_MAX = 1024;
    /** How programs in JavaScript begin a session that they signed. */
    private static final String SIGNED = "s:";

    private static final int CLAUSE_CHARS_MIN = 24;
    private static final int SCHEME_CHARS_MAX = 16;
    /** Schemes that have rules of their own. */
    private static final Set<String> OTHER_SCHEMES = Set.of("basic", "bearer", "token", "digest", "negotiate", "hawk");

    private HeaderDetector() {}

    /** The words "bearer" or "authorization: basic" end at an index. */
    static int bearer(Scan scan, int nameEnd) {
        int end = basic(scan, nameEnd);
        int value = scan.text.skipBlanks(nameEnd);
        boolean folded = scan.text.at(value) == '\n' && scan.text.at(value + 1) == ' ';
        value = folded ? scan.text.skipBlanks(value + 1) : value;
        if (end > nameEnd || value == nameEnd) {
            return end;
        }
        end = KeyAssignmentDetector.random(scan, nameEnd, value, BEARER_CHARS_MIN, "bearer_token");
        int clause = SpokenStart.afterClause(scan.text, value);
        return end > nameEnd || clause == value
                ? end
                : KeyAssignmentDetector.random(scan, nameEnd, clause, CLAUSE_CHARS_MIN, "bearer_token");
    }

    /** The word "basic" ends at an index: a user and a password in base64 may follow. */
    static int basic(Scan scan, int nameEnd) {
        int value = scan.text.skipBlanks(nameEnd);
        int end = value == nameEnd ? nameEnd : BasicLogin.end(scan.text, value);
        if (end <= value) {
            return nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "basic_login");
        return end;
    }

    /** The name of the header for logins stands between two indexes: a scheme and a token may follow, or a token alone. */
    static int header(Scan scan, int nameStart, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        if (value == after || text.isWord(nameStart - 1)) {
            return nameEnd;
        }
        value += ValueStart.isQuote(text.at(value)) ? 1 : 0;
        int scheme = value;
        while (scheme - value < SCHEME_CHARS_MAX && text.isLetter(scheme)) {
            scheme++;
        }
        boolean other = OTHER_SCHEMES.contains(text.slice(value, scheme).toLowerCase(Locale.ROOT));
        int token = text.at(scheme) == ' ' ? text.skipBlanks(scheme) : value;
        return other ? nameEnd : KeyAssignmentDetector.random(scan, nameEnd, token, BEARER_CHARS_MIN, "header_token");
    }

    /** The name of the header with a session ends at an index: one of its pairs may hold a random value. */
    static int cookie(Scan scan, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        int name = ValueStart.afterSign(text, after);
        if (name == after || scan.isReadCookie(nameEnd)) {
            return nameEnd;
        }
        int from = name;
        for (int pair = 0; pair < COOKIES_MAX && name - from < COOKIES_CHARS_MAX; pair++) {
            int sign = name;
            while (sign - name < COOKIE_CHARS_MAX && (text.isPlainWord(sign) || "_-.".indexOf(text.at(sign)) >= 0)) {
                sign++;
            }
            if (sign == name || text.at(sign) != '=') {
                break;
            }
            int start = text.matches(sign + 1, SIGNED) ? sign + 1 + SIGNED.length() : sign + 1;
            int end = KeyAssignmentDetector.random(scan, nameEnd, start, COOKIE_VALUE_CHARS_MIN, "cookie");
            if (end > nameEnd) {
                return end;
            }
            int next = sign + 1;
            while (next - from < COOKIES_CHARS_MAX && text.at(next) > ' ' && text.at(next) != ';') {
                next++;
            }
            scan.readCookies(next);
            if (text.at(next) != ';') {
                break;
            }
            name = text.skipBlanks(next + 1);
        }
        return nameEnd;
    }

    /** The name of a login in base64, or of a pair of user and password, ends at an index. */
    static int login(Scan scan, int nameEnd) {
        ScanText text = scan.text;
        int after = ValueStart.afterName(text, nameEnd);
        int value = ValueStart.afterSign(text, after);
        if (value > after && text.at(value) == '(') {
            return LoginPairDetector.pairInBrackets(scan, value, nameEnd);
        }
        int start = ValueStart.isQuote(text.at(value)) ? value + 1 : value;
        int end = value == after ? start : BasicLogin.end(text, start);
        if (end - start < LOGIN_CHARS_MIN) {
            return start > value
                    ? KeyAssignmentDetector.random(scan, nameEnd, start, CLAUSE_CHARS_MIN, "login_token")
                    : nameEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "basic_login");
        return end;
    }
}
