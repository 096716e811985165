package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;

/** Finds a secret that a shell hands to the standard input of what asks for one: {@code echo 'x1' | docker login --password-stdin}. */
final class PipeDetector {

    private static final int COMMAND_CHARS_MAX = 80;
    private static final int SECRET_CHARS_MIN = 6;
    /** Flags of commands that read a password from their input. */
    private static final String[] FLAGS = {
        "password-stdin", "pass stdin", "passin stdin", "passout stdin", "--passphrase-fd"
    };
    /** Commands that read a password from their input, right behind the pipe. */
    private static final String[] COMMANDS = {
        "sudo -s", "passwd", "chpasswd", "smbpasswd", "openssl passwd", "kinit", "su -", "cryptsetup "
    };

    private static final String SUDO = "sudo ";

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
        int command = text.skipBlanks(pipe + 1);
        if (isAt(text, command, COMMANDS)
                || (text.matches(command, SUDO) && isAt(text, text.skipBlanks(command + SUDO.length()), COMMANDS))) {
            return true;
        }
        for (int i = pipe; i - pipe < COMMAND_CHARS_MAX && text.at(i) >= ' '; i++) {
            if (isAt(text, i, FLAGS)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAt(ScanText text, int index, String[] words) {
        for (String word : words) {
            if (text.matches(index, word)) {
                return true;
            }
        }
        return false;
    }
}
