package dev.millrace.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How the log file is written: for people, or one JSON object a line for programs. */
public enum LogForm {
    TEXT,
    JSON;

    private static final String VARIABLE = "MILLRACE_LOG_FORM";

    /** What the environment says, else for people; one log serves the whole process, so that it is no key of a service. */
    public static LogForm of(Map<String, String> environment) {
        String word = environment.getOrDefault(VARIABLE, "").strip();
        return word.isEmpty()
                ? TEXT
                : Arrays.stream(values())
                        .filter(form -> form.name().equals(word.toUpperCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> new ConfigurationFault(
                                List.of(VARIABLE + ": \"" + word + "\" (expected: text or json)")));
    }
}
