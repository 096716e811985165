package dev.millrace.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The keys that a service has, read from its own defaults: {@code <service>/application.yml} names every key that has one,
 * {@code <service>/keys.yml} those without, each with an example. In the latter the name {@code "*"} stands for any name,
 * such as a provider's; an empty map takes anything.
 */
sealed interface KnownKeys {
    /** Any name, where names are the operator's. */
    String ANY_NAME = "*";

    /** A section: its keys by name. */
    record Section(Map<String, KnownKeys> keys) implements KnownKeys {}

    /** A list whose items are all of one shape. */
    record Items(KnownKeys item) implements KnownKeys {}

    /** One value. */
    record Value(ValueForm form) implements KnownKeys {}

    /** Whatever the operator likes. */
    record Anything() implements KnownKeys {}

    /** The keys under the service's own name; a service without resources has none. */
    static KnownKeys of(String service, ClassLoader classes) {
        Map<String, KnownKeys> merged = new HashMap<>();
        for (String file : List.of("application.yml", "keys.yml")) {
            read(classes, service + "/" + file)
                    .filter(Section.class::isInstance)
                    .ifPresent(found -> ((Section) found).keys().forEach((key, shape) -> {
                        merged.merge(key, shape, KnownKeys::merge);
                    }));
        }
        return merged.getOrDefault(service, new Section(Map.of()));
    }

    /** The shape at one key of a section, the operator's own names included. */
    default Optional<KnownKeys> get(String key) {
        return switch (this) {
            case Section section -> Optional.ofNullable(section.keys.getOrDefault(key, section.keys.get(ANY_NAME)));
            case Anything anything -> Optional.of(anything);
            case Items items -> Optional.of(items.item);
            case Value value -> Optional.empty();
        };
    }

    default Collection<String> names() {
        return this instanceof Section section ? section.keys.keySet() : List.of();
    }

    private static KnownKeys merge(KnownKeys one, KnownKeys other) {
        if (one instanceof Section first && other instanceof Section second) {
            Map<String, KnownKeys> merged = new HashMap<>(first.keys);
            second.keys.forEach((key, shape) -> merged.merge(key, shape, KnownKeys::merge));
            return new Section(merged);
        }
        return one;
    }

    private static Optional<KnownKeys> read(ClassLoader classes, String resource) {
        try (@Nullable InputStream in = classes.getResourceAsStream(resource)) {
            if (in == null) {
                return Optional.empty();
            }
            Node root = new Yaml(new LoaderOptions()).compose(new InputStreamReader(in, StandardCharsets.UTF_8));
            return Optional.ofNullable(root).map(KnownKeys::shape);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static KnownKeys shape(Node node) {
        return switch (node) {
            case MappingNode map when !map.getValue().isEmpty() -> section(map);
            case SequenceNode list
            when !list.getValue().isEmpty() -> new Items(shape(list.getValue().getFirst()));
            case ScalarNode scalar -> new Value(ValueForm.ofDefault(scalar.getValue()));
            case SequenceNode empty -> new Items(new Anything());
            default -> new Anything();
        };
    }

    private static Section section(MappingNode map) {
        Map<String, KnownKeys> keys = new HashMap<>();
        for (NodeTuple entry : map.getValue()) {
            keys.put(((ScalarNode) entry.getKeyNode()).getValue(), shape(entry.getValueNode()));
        }
        return new Section(keys);
    }
}
