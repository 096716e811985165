package dev.millrace.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Where a prompt's text comes from: the words of the command line, or what is piped in. */
final class PromptText {
    private PromptText() {}

    /** The words joined by blanks; {@code -}, or no word with a pipe, reads all of stdin. Empty: there is none. */
    static String of(List<String> words) {
        if (words.equals(List.of("-")) || (words.isEmpty() && !atTerminal())) {
            return readAll();
        }
        return String.join(" ", words);
    }

    /** Whether a person types and reads here. */
    static boolean atTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    private static String readAll() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException failure) {
            throw new CommandFault(ExitCodes.FAILED, "stdin cannot be read: " + failure.getMessage());
        }
    }
}
