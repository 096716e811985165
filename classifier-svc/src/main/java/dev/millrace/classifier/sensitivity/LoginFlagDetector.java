package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds the login that a command takes behind a flag, {@code curl -u ada:x1}; it starts at the dash of the flag. */
final class LoginFlagDetector implements Detector {

    private static final int COMMAND_CHARS_MAX = 400;
    private static final int USER_CHARS_MAX = 64;
    private static final int PASSWORD_CHARS_MIN = 4;

    @Override
    public int detect(Scan scan, int start) {
        ScanText text = scan.text;
        int after = afterFlag(text, start);
        if (after == start || !scan.isNamed(Topic.CURL, start, COMMAND_CHARS_MAX)) {
            return start;
        }
        int user = text.skipBlanks(text.at(after) == '=' ? after + 1 : after);
        user += ValueStart.isQuote(text.at(user)) ? 1 : 0;
        int colon = user;
        while (colon - user < USER_CHARS_MAX && text.at(colon) > ' ' && ":/".indexOf(text.at(colon)) < 0) {
            colon++;
        }
        PasswordValue password = scan.password;
        boolean login = colon > user
                && text.at(colon) == ':'
                && password.read(colon + 1)
                && password.length() >= PASSWORD_CHARS_MIN;
        if (!login) {
            return start;
        }
        scan.found(FindingKind.CREDENTIAL, "login_flag");
        return password.end();
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
}
