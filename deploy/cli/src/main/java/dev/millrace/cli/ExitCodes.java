package dev.millrace.cli;

/** What the exit code of a command means. */
public final class ExitCodes {
    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    /** No running instance, none of its backends could answer, or a service of it cannot do its work. */
    public static final int UNAVAILABLE = 3;
    /** The budget is spent. */
    public static final int BUDGET = 4;
    /** Ctrl-C. */
    public static final int INTERRUPTED = 130;

    private ExitCodes() {}
}
