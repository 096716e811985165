package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds the login that a command takes behind a flag, {@code curl -u ada:x1}, {@code mysql -px1}; it starts at the dash of the flag. */
final class LoginFlagDetector {

    private static final int COMMAND_CHARS_MAX = 400;
    private static final int USER_CHARS_MAX = 64;
    private static final int PASSWORD_CHARS_MIN = 4;
    private static final int SECRET_CHARS_MIN = 6;
    /** The flags of a password, and those of them that are so only behind a command that takes one. */
    private static final Signs FLAGS = Signs.of("pPawAX");

    private static final Signs COMMAND_FLAGS = Signs.of("aAX");
    private static final Signs USER_ENDS = Signs.of(":/,");

    int detect(Scan scan, int start) {
        ScanText text = scan.text;
        int secret = secret(scan, start);
        secret = secret == start ? joined(scan, start) : secret;
        if (secret > start) {
            return secret;
        }
        boolean named = text.at(start - 1) <= ' ' && text.lowerAt(start + 1) == 'u' && text.at(start + 2) == ' ';
        if (named && text.isLetter(start + 3)) {
            scan.beginUser(start + 3);
        }
        int after = afterFlag(text, start);
        if (after == start || !scan.isNamed(Topic.CURL, start, COMMAND_CHARS_MAX)) {
            return start;
        }
        int user = text.skipBlanks(text.at(after) == '=' ? after + 1 : after);
        user += ValueStart.isQuote(text.at(user)) ? 1 : 0;
        int colon = user;
        while (colon - user < USER_CHARS_MAX && text.at(colon) > ' ' && !USER_ENDS.hold(text.at(colon))) {
            colon++;
        }
        PasswordValue password = scan.password;
        boolean login = colon > user
                && (text.at(colon) == ':' || text.at(colon) == ',')
                && password.read(colon + 1)
                && password.length() >= PASSWORD_CHARS_MIN;
        if (!login) {
            return start;
        }
        scan.found(FindingKind.CREDENTIAL, "login_flag");
        return password.end();
    }

    /** The password of a command that takes it behind a flag of one letter: {@code mysql -px1}, {@code sqlcmd -P 'x1'}. */
    private static int secret(Scan scan, int start) {
        ScanText text = scan.text;
        boolean flag = text.at(start - 1) <= ' ' && FLAGS.hold(text.at(start + 1));
        boolean joined = text.at(start + 2) > ' ';
        boolean other = COMMAND_FLAGS.hold(text.at(start + 1));
        if (!flag || (other && !scan.isCommand(start)) || !scan.isCommandFlag(start, joined)) {
            return start;
        }
        PasswordValue password = scan.password;
        boolean secret = password.read(text.skipBlanks(start + 2))
                && password.length() >= SECRET_CHARS_MIN
                && password.letters() > 1
                && password.digits() > 0
                && (scan.isCommand(start) || password.isStrong());
        if (!secret) {
            return start;
        }
        scan.found(FindingKind.CREDENTIAL, "login_flag");
        return password.end();
    }

    /** A user and a password with a percent sign between: {@code smbclient -U ada%x1}. */
    private static int joined(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.at(start + 1) != 'U' || !scan.isCommand(start)) {
            return start;
        }
        int user = text.skipBlanks(start + 2);
        int sign = user;
        while (sign - user < USER_CHARS_MAX && text.at(sign) > ' ' && text.at(sign) != '%') {
            sign++;
        }
        boolean secret = text.at(sign) == '%'
                && scan.password.read(sign + 1)
                && scan.password.length() >= SECRET_CHARS_MIN
                && scan.password.isTelling();
        if (!secret) {
            return start;
        }
        scan.found(FindingKind.CREDENTIAL, "login_flag");
        return scan.password.end();
    }

    private static int afterFlag(ScanText text, int start) {
        if (text.at(start - 1) > ' ') {
            return start;
        }
        if (text.at(start + 1) == 'u') {
            return text.isLetter(start + 2) && !text.isLetter(start + 3) ? start : start + 2;
        }
        return text.matches(start, "--user") && text.at(start + 6) != '-' ? start + 6 : start;
    }

    /** The colon of a flag as Windows has it stands at an index: {@code /u:ada /p:x1}. */
    static int slashed(Scan scan, int colon) {
        ScanText text = scan.text;
        char flag = text.lowerAt(colon - 1);
        if (text.at(colon - 2) != '/' || text.at(colon - 3) > ' ') {
            return colon;
        }
        if (flag == 'u') {
            scan.beginUser(colon + 1);
        }
        boolean secret = flag == 'p' && scan.isCommandFlag(colon, false) && scan.password.read(colon + 1);
        if (!secret || !scan.password.isStrong()) {
            return colon;
        }
        scan.found(FindingKind.CREDENTIAL, "login_flag");
        return scan.password.end();
    }
}
