package dev.millrace.runtime;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens a service's own container, the same way in a process of its own and in the standalone: its defaults, then the
 * operator's file, then the environment, then flags, each winning over the one before.
 *
 * <p>Containers in one JVM see each other's classes; what keeps their beans apart is the condition on each service's root
 * package: {@code @Configuration @Requires(property = "millrace.service", value = "billing")}.
 */
public final class Contexts {
    /** Names the service that a container belongs to. */
    public static final String SERVICE_KEY = "millrace.service";

    /** The home folder, for defaults such as {@code ${millrace.home}/billing.db}. */
    public static final String HOME_KEY = "millrace.home";

    /** Above the defaults (-300), below the environment (-200). */
    private static final int FILE_ORDER = -250;

    private Contexts() {}

    /**
     * Opens and starts a container. The caller closes it.
     *
     * @throws ConfigurationFault when the operator's file or a flag has a key or value that this service does not know
     */
    public static ApplicationContext open(String service, Class<?> mainClass, ServiceSettings settings) {
        SilentWire.install();
        KnownKeys known = KnownKeys.of(service, mainClass.getClassLoader());
        Map<String, Object> file = StrictConfiguration.readFile(service, known, settings.configFile());
        Map<String, Object> flags = new HashMap<>(StrictConfiguration.readFlags(service, known, settings.overrides()));
        flags.put(SERVICE_KEY, service);
        flags.put(HOME_KEY, settings.home().root().toString());
        return ApplicationContext.builder()
                .mainClass(mainClass)
                .classLoader(mainClass.getClassLoader())
                .overrideConfigLocations("classpath:" + service + "/")
                .propertySources(PropertySource.of(settings.configFile().toString(), file, FILE_ORDER))
                .properties(flags)
                .deduceEnvironment(false)
                .deduceCloudEnvironment(false)
                .bootstrapEnvironment(false)
                .banner(false)
                .start();
    }

    /**
     * What the operator says to a service, by full key, a flag before the file: the part of {@link #open} that can be asked
     * before anything starts.
     *
     * @throws ConfigurationFault with every key or value that this service does not know
     */
    public static Map<String, Object> read(String service, Class<?> mainClass, ServiceSettings settings) {
        KnownKeys known = KnownKeys.of(service, mainClass.getClassLoader());
        List<String> mistakes = new ArrayList<>();
        Map<String, Object> values = new HashMap<>();
        try {
            values.putAll(StrictConfiguration.readFile(service, known, settings.configFile()));
        } catch (ConfigurationFault fault) {
            mistakes.addAll(fault.mistakes());
        }
        try {
            values.putAll(StrictConfiguration.readFlags(service, known, settings.overrides()));
        } catch (ConfigurationFault fault) {
            mistakes.addAll(fault.mistakes());
        }
        if (!mistakes.isEmpty()) {
            throw new ConfigurationFault(mistakes);
        }
        return values;
    }
}
