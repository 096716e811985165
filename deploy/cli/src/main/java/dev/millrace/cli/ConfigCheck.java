package dev.millrace.cli;

import java.nio.file.Path;
import java.util.List;

/** Reads an instance's configuration as its start would; only a program that has the services inside can. */
@FunctionalInterface
public interface ConfigCheck {
    /** What a start in this home with this file would refuse, a line a mistake; empty: nothing. */
    List<String> mistakes(Path home, Path config);
}
