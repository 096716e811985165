package dev.millrace.runtime;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Reads the operator's file and flags for one service, and refuses what the framework would silently ignore: a misspelt key,
 * a value of the wrong kind, a key given twice. All mistakes are collected, each with its file and line.
 *
 * <p>The sections of the other services are theirs to check; a section that belongs to none is refused.
 */
final class StrictConfiguration {
    private static final List<String> SECTIONS =
            List.of("billing", "classifier", "local-inference", "cloud-relay", "gateway");
    private static final String IN_A_FLAG = "   in a flag";

    private final String service;
    private final KnownKeys known;
    private final List<String> mistakes = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, String> places = new HashMap<>();

    private StrictConfiguration(String service, KnownKeys known) {
        this.service = service;
        this.known = known;
    }

    /** The service's values in the file; none when there is no file. */
    static Said readFile(String service, KnownKeys known, Path file) {
        StrictConfiguration reading = new StrictConfiguration(service, known);
        try (Reader text = Files.newBufferedReader(file)) {
            Optional.ofNullable(new Yaml(new LoaderOptions()).compose(text))
                    .ifPresent(root -> reading.root(root, file.toString()));
        } catch (NoSuchFileException absent) {
            return Said.NOTHING;
        } catch (MarkedYAMLException broken) {
            int line = broken.getProblemMark().getLine() + 1;
            reading.mistakes.add("not YAML: " + broken.getProblem() + "   in " + file + " line " + line);
        } catch (ReaderException broken) {
            reading.mistakes.add("not YAML: character %d is U+%04X (expected: text)   in %s"
                    .formatted(broken.getPosition() + 1, broken.getCodePoint(), file));
        } catch (YAMLException broken) {
            reading.mistakes.add(
                    switch (broken.getCause()) {
                        case CharacterCodingException coded -> file + " is not UTF-8 (expected: a text file in it)";
                        case IOException failure -> file + " cannot be read: " + failure.getMessage();
                        case null, default -> "not YAML: " + broken.getMessage() + "   in " + file;
                    });
        } catch (IOException failure) {
            Path folder = file.toAbsolutePath().getParent();
            boolean inAFile = folder != null && Files.exists(folder) && !Files.isDirectory(folder);
            reading.mistakes.add(
                    inAFile
                            ? folder + " is not a folder. Move it away, or choose another with --home"
                            : file + " cannot be read: " + failure);
        }
        return reading.result();
    }

    /** The service's values among the flags. */
    static Said readFlags(String service, KnownKeys known, Map<String, String> flags) {
        StrictConfiguration reading = new StrictConfiguration(service, known);
        flags.forEach(reading::flag);
        return reading.result();
    }

    private Said result() {
        if (!mistakes.isEmpty()) {
            throw new ConfigurationFault(mistakes);
        }
        return new Said(values, places);
    }

    private void root(Node root, String file) {
        if (!(root instanceof MappingNode sections)) {
            mistakes.add("expected: sections such as \"" + service + ":\"" + at(root, file));
            return;
        }
        Set<String> seen = new HashSet<>();
        for (NodeTuple section : sections.getValue()) {
            String name = text(section.getKeyNode());
            if (!seen.add(name)) {
                mistakes.add(name + " (given twice)" + at(section.getKeyNode(), file));
            } else if (name.equals(service)) {
                read(service, known, section.getValueNode(), file);
            } else if (!SECTIONS.contains(name)) {
                mistakes.add(unknown(name, "", SECTIONS) + at(section.getKeyNode(), file));
            }
        }
    }

    private void read(String path, KnownKeys shape, Node node, String file) {
        places.put(path, at(node, file));
        switch (node) {
            case MappingNode map
            when shape instanceof KnownKeys.Section || shape instanceof KnownKeys.Anything ->
                readSection(path, shape, map, file);
            case SequenceNode list
            when shape instanceof KnownKeys.Items || shape instanceof KnownKeys.Anything ->
                readList(path, shape, list, file);
            case ScalarNode scalar
            when shape instanceof KnownKeys.Value value -> put(path, value.form(), scalar.getValue(), at(scalar, file));
            case ScalarNode scalar when shape instanceof KnownKeys.Anything -> values.put(path, scalar.getValue());
            default -> mistakes.add(path + " (expected: " + expected(shape) + ")" + at(node, file));
        }
    }

    private void readSection(String path, KnownKeys shape, MappingNode map, String file) {
        Set<String> seen = new HashSet<>();
        for (NodeTuple entry : map.getValue()) {
            String key = text(entry.getKeyNode());
            String full = path + "." + key;
            Optional<KnownKeys> inner = shape.get(key);
            if (!seen.add(key)) {
                mistakes.add(full + " (given twice)" + at(entry.getKeyNode(), file));
            } else if (key.contains(".")) {
                mistakes.add(full + " (expected: a name without a dot)" + at(entry.getKeyNode(), file));
            } else if (inner.isEmpty()) {
                mistakes.add(unknown(key, path + ".", shape.names()) + at(entry.getKeyNode(), file));
            } else {
                read(full, inner.get(), entry.getValueNode(), file);
            }
        }
    }

    private void readList(String path, KnownKeys shape, SequenceNode list, String file) {
        KnownKeys item = shape instanceof KnownKeys.Items items ? items.item() : shape;
        for (int i = 0; i < list.getValue().size(); i++) {
            read(path + "[" + i + "]", item, list.getValue().get(i), file);
        }
        if (list.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
            // As one value: item by item, a shorter list would keep the rest of a longer default.
            values.keySet().removeIf(key -> key.startsWith(path + "["));
            values.put(
                    path,
                    list.getValue().stream().map(StrictConfiguration::text).toList());
        }
    }

    private void flag(String path, String value) {
        String section = path.split("\\.", 2)[0];
        if (!SECTIONS.contains(section) && !section.equals(service)) {
            mistakes.add("--" + unknown(section, "", SECTIONS));
            return;
        }
        if (!section.equals(service)) {
            return;
        }
        KnownKeys shape = known;
        String reached = service;
        for (String key :
                path.substring(Math.min(path.length(), service.length() + 1)).split("\\.", -1)) {
            Optional<KnownKeys> inner = shape.get(key);
            if (inner.isEmpty()) {
                mistakes.add("--" + unknown(key, reached + ".", shape.names()));
                return;
            }
            shape = inner.get();
            reached += "." + key;
        }
        ValueForm form = shape instanceof KnownKeys.Value single ? single.form() : ValueForm.TEXT;
        places.put(path, IN_A_FLAG);
        put(path, form, value, IN_A_FLAG);
    }

    private void put(String path, ValueForm form, String value, String place) {
        if (form.accepts(value)) {
            values.put(path, value);
        } else {
            mistakes.add(path + ": \"" + value + "\" (expected: " + form.expected() + ")" + place);
        }
    }

    private static String unknown(String key, String path, Collection<String> names) {
        List<String> near = NearestName.of(key, names, 1);
        String next = near.isEmpty() ? "" : ", did you mean " + path + near.getFirst() + "?";
        return path + key + " (no such key" + next + ")";
    }

    private static String expected(KnownKeys shape) {
        return switch (shape) {
            case KnownKeys.Section section -> "a section with keys such as " + String.join(", ", section.names());
            case KnownKeys.Items items -> "a list";
            case KnownKeys.Value value -> value.form().expected();
            case KnownKeys.Anything anything -> "a value";
        };
    }

    private static String text(Node key) {
        return key instanceof ScalarNode scalar ? scalar.getValue() : key.toString();
    }

    private static String at(Node node, String file) {
        return "   in " + file + " line " + (node.getStartMark().getLine() + 1);
    }
}
