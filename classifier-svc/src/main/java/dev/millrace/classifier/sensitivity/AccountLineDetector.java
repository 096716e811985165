package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/**
 * Finds the lines that programs keep logins in, by their colons: {@code user:$6$salt$hash} of shadow and htpasswd,
 * {@code host:5432:db:user:x1} of pgpass, and the text of a wireless network's code, {@code WIFI:S:home;P:x1;;}. It starts at a colon.
 */
final class AccountLineDetector {

    private static final int SALT_CHARS_MAX = 40;
    private static final int HASH_CHARS_MIN = 20;
    private static final int HASH_CHARS_MAX = 120;
    private static final int PORT_DIGITS_MIN = 4;
    private static final int FIELD_CHARS_MAX = 40;
    private static final int NETWORK_CHARS_MAX = 100;
    private static final int NETWORK_PASSWORD_CHARS_MIN = 8;

    private static final Signs HASH_SIGNS = Signs.of("./$,=+");
    private static final Signs FIELD_SIGNS = Signs.of("_-*");

    int detect(Scan scan, int start) {
        char next = scan.text.at(start + 1);
        if (next == '$') {
            return hash(scan, start);
        }
        if (scan.text.isDigit(start + 1)) {
            return passFile(scan, start);
        }
        return scan.text.lowerAt(start - 1) == 'i'
                        && scan.text.matches(start - 4, "wifi")
                        && scan.budget.takeSentence(start)
                ? network(scan, start)
                : start;
    }

    /** A scheme, a salt and a hash with dollar signs between. */
    private static int hash(Scan scan, int start) {
        ScanText text = scan.text;
        int i = start + 2;
        while (i - start < SALT_CHARS_MAX && text.at(i) != '$' && text.at(i) > ' ' && text.at(i) != '{') {
            i++;
        }
        if (text.at(i) != '$' || i == start + 2 || !text.isWord(start - 1)) {
            return start;
        }
        int run = 0;
        int end = i + 1;
        while (end - i < HASH_CHARS_MAX && (text.isPlainWord(end) || HASH_SIGNS.hold(text.at(end)))) {
            run = text.at(end) == '$' ? 0 : run + 1;
            end++;
        }
        if (run < HASH_CHARS_MIN) {
            return start;
        }
        scan.found(FindingKind.CREDENTIAL, "password_hash");
        return end;
    }

    /** A port, a database, a user and a password with colons between. */
    private static int passFile(Scan scan, int start) {
        ScanText text = scan.text;
        int port = start + 1;
        while (port - start <= PORT_DIGITS_MIN + 1 && text.isDigit(port)) {
            port++;
        }
        boolean host = text.isWord(start - 1) || text.at(start - 1) == '*';
        if (start < scan.rowsRead() || port - start - 1 < PORT_DIGITS_MIN || text.at(port) != ':' || !host) {
            return start;
        }
        int user = fieldEnd(text, port + 1);
        int value = user == port + 1 || text.at(user) != ':' ? user : fieldEnd(text, user + 1);
        scan.readRows(value);
        if (value <= user + 1 || text.at(value) != ':') {
            return start;
        }
        PasswordValue password = scan.password;
        boolean secret = password.read(value + 1) && password.letters() > 0 && password.digits() + password.signs() > 0;
        scan.readRows(password.end());
        if (!secret || !(password.endsLine() || password.isScrambled())) {
            return start;
        }
        scan.found(FindingKind.CREDENTIAL, "password_file");
        return password.end();
    }

    private static int fieldEnd(ScanText text, int start) {
        int i = start;
        while (i - start < FIELD_CHARS_MAX && (text.isPlainWord(i) || FIELD_SIGNS.hold(text.at(i)))) {
            i++;
        }
        return i;
    }

    /** The fields of a wireless network with semicolons between. */
    private static int network(Scan scan, int start) {
        ScanText text = scan.text;
        for (int i = start + 1; i - start < NETWORK_CHARS_MAX && text.at(i) > ' '; i++) {
            if (text.at(i - 1) == (i == start + 1 ? ':' : ';') && text.at(i) == 'P' && text.at(i + 1) == ':') {
                int end = i + 2;
                while (end - start < NETWORK_CHARS_MAX && text.at(end) >= ' ' && text.at(end) != ';') {
                    end++;
                }
                if (end - i - 2 < NETWORK_PASSWORD_CHARS_MIN || StandIns.isAt(text, i + 2)) {
                    return start;
                }
                scan.found(FindingKind.CREDENTIAL, "network_password");
                return end;
            }
        }
        return start;
    }
}
