package dev.millrace.cli;

import java.nio.file.Path;

/** Ends what an instance of several processes left behind when it ended half way; only a program that starts such ones can. */
@FunctionalInterface
public interface Sweep {
    /**
     * How many processes there were.
     *
     * @throws IllegalStateException when the home is held by a process that lives: what that one started is not left
     */
    int end(Path home);
}
