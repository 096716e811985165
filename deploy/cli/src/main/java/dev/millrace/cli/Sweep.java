package dev.millrace.cli;

import java.nio.file.Path;
import java.util.List;

/** Ends what an instance of several processes left behind when it ended half way; only a program that starts such ones can. */
@FunctionalInterface
public interface Sweep {
    /**
     * How many processes there were.
     *
     * @throws IllegalStateException when the home is held by a process that lives: what that one started is not left
     */
    int end(Path home);

    /** Those of its instances that still run, by name; empty where it is one process. */
    default List<String> instances(Path home) {
        return List.of();
    }

    /** How many processes it consists of; 0 where it is one process. */
    default int processes(Path home) {
        return 0;
    }
}
