package dev.millrace.mesh.policy;

import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.NearestName;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The keys of one section of a YAML file. Each is taken once; whatever is left over at the end was misspelt. Every complaint
 * names the full key, what was expected, the file and the line.
 */
final class Fields {
    private static final MappingNode NOTHING = new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);

    private final String file;
    private final String path;
    private final Node at;
    private final Map<String, Node> open = new LinkedHashMap<>();
    private final Map<String, Node> keys = new HashMap<>();
    /** What holds where this section says nothing. */
    private final Map<String, Node> defaults;
    /** What holds in all, for sections that say less. */
    private final Map<String, Node> whole;

    private final List<String> taken = new ArrayList<>();
    private Set<String> known = Set.of();

    private Fields(String file, String path, MappingNode section, Map<String, Node> defaults) {
        this.file = file;
        this.path = path;
        this.at = section;
        this.defaults = defaults;
        for (NodeTuple entry : section.getValue()) {
            String key = ((ScalarNode) entry.getKeyNode()).getValue();
            if (open.put(key, entry.getValueNode()) != null) {
                throw wrong(name(key) + " (given twice)", entry.getKeyNode());
            }
            keys.put(key, entry.getKeyNode());
        }
        whole = new HashMap<>(defaults);
        whole.putAll(open);
    }

    /** Says which keys there are, so that another one can be named where one of them is missing. */
    Fields expect(String... names) {
        known = Set.of(names);
        return this;
    }

    /** The same by the record that is made of them. */
    Fields expect(Class<? extends Record> form) {
        return expect(Arrays.stream(form.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .toArray(String[]::new));
    }

    static Fields of(String file, String path, Node node) {
        return of(file, path, node, Map.of());
    }

    private static Fields of(String file, String path, Node node, Map<String, Node> defaults) {
        if (node instanceof MappingNode section
                && section.getValue().stream().allMatch(entry -> entry.getKeyNode() instanceof ScalarNode)) {
            return new Fields(file, path, section, defaults);
        }
        throw fault(file, path + " (expected: a section of keys)", node);
    }

    /** A value that {@code read} understands; its complaint is shown with the key. */
    <T> T value(String key, Function<String, T> read) {
        return read(key, take(key), read);
    }

    String text(String key) {
        return value(key, Function.identity());
    }

    /** A whole number, 1 or more. */
    int number(String key) {
        return value(key, text -> {
            if (!text.matches("[1-9][0-9]{0,8}")) {
                throw new IllegalArgumentException("\"" + text + "\" (expected: a whole number, 1 or more)");
            }
            return Integer.parseInt(text);
        });
    }

    /** A whole number of hundredths. */
    int percent(String key) {
        return value(key, text -> {
            if (!text.matches("100|[1-9][0-9]?")) {
                throw new IllegalArgumentException("\"" + text + "\" (expected: a whole number, 1 to 100)");
            }
            return Integer.parseInt(text);
        });
    }

    boolean flag(String key) {
        Node node = open.remove(key);
        taken.add(key);
        return node != null
                && read(key, node, text -> {
                    if (!text.equals("true") && !text.equals("false")) {
                        throw new IllegalArgumentException("\"" + text + "\" (expected: true or false)");
                    }
                    return Boolean.valueOf(text);
                });
    }

    Optional<String> optionalText(String key) {
        Node node = open.remove(key);
        taken.add(key);
        return Optional.ofNullable(node).map(given -> read(key, given, Function.identity()));
    }

    List<String> texts(String key) {
        return list(key, (name, item) -> read(name, item, Function.identity()));
    }

    /** A list, each item read by itself under a name such as {@code routes[2]}. */
    <T> List<T> list(String key, BiFunction<String, Node, T> read) {
        Node node = take(key);
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong(name(key) + " (expected: a list)", node);
        }
        List<T> items = new ArrayList<>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            items.add(read.apply(key + "[" + i + "]", sequence.getValue().get(i)));
        }
        return List.copyOf(items);
    }

    Fields section(String key) {
        return of(file, name(key), take(key));
    }

    Fields section(String key, Node node) {
        return of(file, name(key), node);
    }

    /** One whose keys may each be left out, and the section as well: then {@code defaults} hold. */
    Fields section(String key, Fields defaults) {
        Node node = open.remove(key);
        taken.add(key);
        return section(key, node == null ? NOTHING : node, defaults);
    }

    /** The same of one that is there. */
    Fields section(String key, Node node, Fields defaults) {
        return of(file, name(key), node, defaults.whole);
    }

    /** Every key that is still open, with names of the operator's own. */
    <T> Map<String, T> all(BiFunction<Fields, String, T> read) {
        Map<String, T> values = new LinkedHashMap<>();
        for (String key : List.copyOf(open.keySet())) {
            values.put(key, read.apply(this, key));
        }
        return values;
    }

    /** Complains of a key that there was once, with what stands in its place. */
    void refuse(String key, String instead) {
        if (keys.containsKey(key)) {
            throw wrong(name(key) + " " + instead, keys.getOrDefault(key, at));
        }
    }

    /** Complains of what nobody asked for. */
    void end() {
        open.forEach((key, node) -> {
            List<String> near = NearestName.of(key, taken, 1);
            throw wrong(
                    name(key) + " (no such key"
                            + (near.isEmpty() ? "" : ", did you mean " + name(near.getFirst()) + "?") + ")",
                    node);
        });
    }

    /** A complaint about a value that is well-formed and yet wrong. */
    ConfigurationFault wrong(String complaint) {
        return wrong(path + ": " + complaint, at);
    }

    /** Complains of a longest span that is shorter than the shortest, at the one of them that stands in this section. */
    void requireOrder(String shortest, Duration from, String longest, Duration to) {
        if (to.compareTo(from) < 0) {
            String given = keys.containsKey(longest) ? longest : shortest;
            throw wrong(
                    name(longest) + ": " + said(longest) + " (expected: as long as " + name(shortest) + ", "
                            + said(shortest) + ", or longer)",
                    whole.getOrDefault(given, at));
        }
    }

    private String said(String key) {
        return whole.get(key) instanceof ScalarNode scalar ? "\"" + scalar.getValue() + "\"" : "nothing";
    }

    private Node take(String key) {
        Node given = open.remove(key);
        taken.add(key);
        Node node = given == null ? defaults.get(key) : given;
        if (node == null) {
            throw missing(key);
        }
        return node;
    }

    /** With the line of the key that was probably meant for it, else of the section; the whole file has no line of its own. */
    private ConfigurationFault missing(String key) {
        List<String> strange =
                open.keySet().stream().filter(name -> !known.contains(name)).toList();
        return NearestName.of(key, strange, 1).stream()
                .findFirst()
                .map(typo -> wrong(
                        name(key) + " is missing, and " + name(typo) + " is no key (was " + key + " meant?)",
                        keys.getOrDefault(typo, at)))
                .orElseGet(() -> path.isEmpty()
                        ? new ConfigurationFault(
                                List.of(key + " is missing (expected: as in the policy.yaml that ships)   in " + file))
                        : wrong(name(key) + " is missing", at));
    }

    <T> T read(String key, Node node, Function<String, T> read) {
        if (!(node instanceof ScalarNode scalar)) {
            throw wrong(name(key) + " (expected: one value)", node);
        }
        try {
            return read.apply(scalar.getValue());
        } catch (IllegalArgumentException complaint) {
            throw wrong(name(key) + ": " + complaint.getMessage(), node);
        }
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private ConfigurationFault wrong(String complaint, Node node) {
        return fault(file, complaint, node);
    }

    private static ConfigurationFault fault(String file, String complaint, Node node) {
        return new ConfigurationFault(List.of(
                complaint + "   in " + file + " line " + (node.getStartMark().getLine() + 1)));
    }
}
