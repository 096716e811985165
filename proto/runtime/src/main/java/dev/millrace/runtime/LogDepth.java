package dev.millrace.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How much goes into the log file, for whoever looks for a fault: everything but what the wire carries. */
final class LogDepth {
    private static final String VARIABLE = "MILLRACE_LOG_LEVEL";
    private static final String FRAMEWORK = "io.micronaut";
    private static final Map<String, Level> LEVELS =
            Map.of("trace", Level.TRACE, "debug", Level.DEBUG, "info", Level.INFO, "warn", Level.WARN);

    private LogDepth() {}

    /** What the environment says; one log serves the whole process, so that it is no key of a service. */
    static Optional<Level> of(Map<String, String> environment) {
        String word = environment.getOrDefault(VARIABLE, "").strip().toLowerCase(Locale.ROOT);
        if (!word.isEmpty() && !LEVELS.containsKey(word)) {
            throw new ConfigurationFault(
                    List.of(VARIABLE + ": \"" + word + "\" (expected: trace, debug, info or warn)"));
        }
        return Optional.ofNullable(LEVELS.get(word));
    }

    static void set(LoggerContext context, Map<String, String> environment) {
        of(environment).ifPresent(level -> {
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level);
            SilentWire.install();
            // It writes down each request with its query, in which some clients put their key, and publishes it as an
            // event.
            if (!level.isGreaterOrEqual(Level.INFO)) {
                context.getLogger(FRAMEWORK).setLevel(Level.INFO);
            }
        });
    }
}
