package dev.millrace.cli;

/** A failure that the command itself explains: the message names the thing, the cause and the next step. */
final class CommandFault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    CommandFault(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
