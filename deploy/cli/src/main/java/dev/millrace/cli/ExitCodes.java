package dev.millrace.cli;

/** What the exit code of a command means. */
final class ExitCodes {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** No running instance, or none of its backends could answer. */
    static final int UNAVAILABLE = 3;
    /** The budget is spent. */
    static final int BUDGET = 4;
    /** Ctrl-C. */
    static final int INTERRUPTED = 130;

    private ExitCodes() {}
}
