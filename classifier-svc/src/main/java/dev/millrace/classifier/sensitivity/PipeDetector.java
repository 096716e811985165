package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds a secret that a shell hands to the standard input of what asks for one: {@code echo 'x1' | docker login --password-stdin}. */
final class PipeDetector {

    private static final int COMMAND_CHARS_MAX = 80;
    private static final int SECRET_CHARS_MIN = 6;
    /** What reads a password from its input. */
    private static final String[] READERS = {
        "stdin", "sudo -s", "passwd", "gpg ", "openssl ", "kinit", "su -", "cryptsetup "
    };

    private PipeDetector() {}

    /** The command that prints ends at an index; returns the index after its secret, or the command's end. */
    static int printed(Scan scan, int commandEnd) {
        ScanText text = scan.text;
        int value = text.skipBlanks(text.matches(commandEnd, " -n ") ? commandEnd + 4 : commandEnd);
        PasswordValue secret = scan.password;
        boolean read = value > commandEnd
                && secret.read(value)
                && secret.length() >= SECRET_CHARS_MIN
                && secret.letters() > 1
                && secret.digits() > 0
                && (!secret.isQuoted() || secret.isClosed());
        int end = read ? secret.end() + (secret.isQuoted() ? 1 : 0) : commandEnd;
        int pipe = text.skipBlanks(end);
        if (!read || text.at(pipe) != '|' || !asks(text, pipe)) {
            return commandEnd;
        }
        scan.found(FindingKind.CREDENTIAL, "piped_secret");
        return end;
    }

    private static boolean asks(ScanText text, int pipe) {
        for (int i = pipe; i - pipe < COMMAND_CHARS_MAX && text.at(i) >= ' '; i++) {
            for (String reader : READERS) {
                if (text.matches(i, reader)) {
                    return true;
                }
            }
        }
        return false;
    }
}
