package dev.millrace.cli;

import java.nio.file.Path;

/** Ends what an instance of several processes left behind when it ended half way; only a program that starts such ones can. */
@FunctionalInterface
public interface Sweep {
    /** How many processes there were. */
    int end(Path home);
}
