package dev.millrace.runtime;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

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
        return builder(service, mainClass, settings, Words.of(service, mainClass, settings))
                .start();
    }

    /**
     * What the operator says to a service, by full key, a flag before the file: the part of {@link #open} that can be asked
     * before anything starts.
     *
     * @throws ConfigurationFault with every key or value that this service does not know
     */
    public static Map<String, Object> read(String service, Class<?> mainClass, ServiceSettings settings) {
        return Words.of(service, mainClass, settings).said().values();
    }

    /**
     * Every mistake that can be told before anything starts, each with its place: keys and values that the service does not
     * know; where there is none, what the readings of the sections that the operator speaks of throw.
     *
     * @param readings by section, such as {@code gateway.policy}; each throws as a start would, with its key first
     */
    static List<String> mistakes(
            String service, Class<?> mainClass, ServiceSettings settings, Map<String, Consumer<Environment>> readings) {
        try {
            Words words = Words.of(service, mainClass, settings);
            Said said = words.said();
            List<Consumer<Environment>> spokenOf = readings.entrySet().stream()
                    .filter(reading -> said.speaksOf(reading.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
            return spokenOf.isEmpty()
                    ? List.of()
                    : mistakes(builder(service, mainClass, settings, words), spokenOf).stream()
                            .map(said::placed)
                            .toList();
        } catch (ConfigurationFault fault) {
            return fault.mistakes();
        }
    }

    /** A mistake that begins with its key, and where the operator says that. */
    static String placed(MillraceService service, ServiceSettings settings, String mistake) {
        return Words.of(service.name(), service.getClass(), settings).said().placed(mistake);
    }

    private static List<String> mistakes(ApplicationContextBuilder builder, List<Consumer<Environment>> readings) {
        Mistakes mistakes = new Mistakes();
        // The values alone: no bean is made.
        try (ApplicationContext unstarted = builder.build();
                Environment values = unstarted.getEnvironment().start()) {
            readings.forEach(reading -> mistakes.check(() -> reading.accept(values)));
        }
        return mistakes.found();
    }

    private static ApplicationContextBuilder builder(
            String service, Class<?> mainClass, ServiceSettings settings, Words words) {
        Map<String, Object> flags = new HashMap<>(words.flags.values());
        flags.put(SERVICE_KEY, service);
        flags.put(HOME_KEY, settings.home().root().toString());
        return ApplicationContext.builder()
                .mainClass(mainClass)
                .classLoader(mainClass.getClassLoader())
                .overrideConfigLocations("classpath:" + service + "/")
                .propertySources(PropertySource.of(settings.configFile().toString(), words.file.values(), FILE_ORDER))
                .properties(flags)
                .deduceEnvironment(false)
                .deduceCloudEnvironment(false)
                .bootstrapEnvironment(false)
                .banner(false);
    }

    /** What the operator says to a service in the file and by flags. */
    private record Words(Said file, Said flags) {
        static Words of(String service, Class<?> mainClass, ServiceSettings settings) {
            KnownKeys known = KnownKeys.of(service, mainClass.getClassLoader());
            Mistakes mistakes = new Mistakes();
            Optional<Said> file =
                    mistakes.read(() -> StrictConfiguration.readFile(service, known, settings.configFile()));
            Optional<Said> flags =
                    mistakes.read(() -> StrictConfiguration.readFlags(service, known, settings.overrides()));
            mistakes.throwAny();
            return new Words(file.orElseThrow(), flags.orElseThrow());
        }

        Said said() {
            return file.overriddenBy(flags);
        }
    }
}
