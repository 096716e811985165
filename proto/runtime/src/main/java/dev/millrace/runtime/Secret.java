package dev.millrace.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A secret that comes from the environment or from a file, never from configuration itself, and never shows in a log. */
public final class Secret {
    private static final String FROM_VARIABLE = "env:";
    private static final String FROM_FILE = "file:";

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /**
     * Reads {@code env:NAME} or {@code file:PATH}; empty when the variable is not set.
     *
     * @param key the configuration key, for the error text
     * @throws ConfigurationFault when the source has another form, or its file cannot be read
     */
    public static Optional<Secret> read(String key, String source, Map<String, String> environment) {
        if (source.startsWith(FROM_VARIABLE)) {
            return of(environment.getOrDefault(source.substring(FROM_VARIABLE.length()), ""));
        }
        if (source.startsWith(FROM_FILE)) {
            return of(content(key, Path.of(source.substring(FROM_FILE.length()))));
        }
        // The text is not repeated: it may be the secret itself.
        throw new ConfigurationFault(
                List.of(key + " (expected: env:NAME or file:PATH; a secret does not stand in configuration)"));
    }

    private static String content(String key, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new ConfigurationFault(
                    List.of(key + ": " + file + " cannot be read (expected: a file with the secret alone)"));
        }
    }

    private static Optional<Secret> of(String text) {
        return Optional.of(text.strip()).filter(stripped -> !stripped.isEmpty()).map(Secret::new);
    }

    /** The secret itself: hand it to what needs it and to nothing else. */
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
