package dev.millrace.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How this command was typed, so that the commands in hints and errors can be copied as they stand. */
public final class Typed {
    private static final String NAME = System.getProperty("millrace.command", "millrace");

    private Typed() {}

    /** A command in the same place: {@code deploy/millrace down --home DIR}, without the option where no home was named. */
    public static String command(String rest, @Nullable Path home) {
        return quoted(NAME) + " " + rest + (home == null ? "" : " --home " + quoted(home.toString()));
    }

    /** How to read of a command, which the command line names {@code millrace chat}: {@code deploy/millrace chat --help}. */
    static String help(String qualifiedName) {
        return quoted(NAME) + qualifiedName.replaceFirst("^millrace", "") + " --help";
    }

    /** A word as a shell takes it for one. */
    static String quoted(String word) {
        return word.matches("[\\w./:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
