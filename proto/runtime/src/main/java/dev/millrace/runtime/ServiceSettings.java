package dev.millrace.runtime;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All that a service is told from outside: where its home is, the operator's file, and single keys that win over both the
 * file and the shipped defaults.
 *
 * @param configFile YAML; it need not exist
 * @param overrides full keys such as {@code billing.grpc.listen}, from flags or from the standalone's wiring
 */
public record ServiceSettings(Home home, Path configFile, Map<String, String> overrides) {
    public ServiceSettings {
        overrides = Map.copyOf(overrides);
    }

    /** The home's own file, and nothing overridden. */
    public static ServiceSettings of(Home home) {
        return new ServiceSettings(home, home.configFile(), Map.of());
    }

    /** Reads {@code --home DIR}, {@code --config FILE} and any number of {@code --some.key=value}. */
    public static ServiceSettings fromArguments(Map<String, String> environment, String... arguments) {
        Home home = Home.standard(environment);
        Path configFile = null;
        Map<String, String> overrides = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--home") && i + 1 < arguments.length) {
                home = new Home(Path.of(arguments[++i]));
            } else if (argument.equals("--config") && i + 1 < arguments.length) {
                configFile = Path.of(arguments[++i]);
            } else if (argument.matches("--[a-z][a-z0-9.-]+=.*")) {
                String[] parts = argument.substring(2).split("=", 2);
                overrides.put(parts[0], parts[1]);
            } else {
                throw new ConfigurationFault(
                        List.of(argument + " (expected: --home DIR, --config FILE or --some.key=value)"));
            }
        }
        return new ServiceSettings(home, configFile == null ? home.configFile() : configFile, overrides);
    }

    /** The same settings with one more override. */
    public ServiceSettings with(String key, String value) {
        Map<String, String> more = new HashMap<>(overrides);
        more.put(key, value);
        return new ServiceSettings(home, configFile, more);
    }
}
