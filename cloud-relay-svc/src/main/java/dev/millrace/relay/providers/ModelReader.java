package dev.millrace.relay.providers;

import dev.millrace.relay.Capabilities;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Reads one of the models that configuration names of a provider. */
final class ModelReader {
    private static final List<String> CAPABILITIES =
            List.of("chat", "tools", "images", "json-schema", "embeddings", "seed", "multiple-choices", "logprobs");

    private final String property;
    private final Map<?, ?> entry;

    ModelReader(String property, Map<?, ?> entry) {
        this.property = property;
        this.entry = entry;
    }

    KnownModel read() {
        String id = text("id");
        if (id.isBlank()) {
            throw ProviderReader.fault(property, "a model without id (expected: id: NAME)");
        }
        return new KnownModel(
                id, list("aliases"), number("context-length"), number("max-output-tokens"), capabilities());
    }

    private Capabilities capabilities() {
        List<String> names = list("capabilities");
        if (names.isEmpty()) {
            return Capabilities.CHAT;
        }
        List<String> unknown =
                names.stream().filter(name -> !CAPABILITIES.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw ProviderReader.fault(
                    property + ".capabilities",
                    unknown + " (expected: some of " + String.join(", ", CAPABILITIES) + ")");
        }
        return new Capabilities(
                names.contains("chat"),
                names.contains("tools"),
                names.contains("images"),
                names.contains("json-schema"),
                names.contains("embeddings"),
                names.contains("seed"),
                names.contains("multiple-choices"),
                names.contains("logprobs"));
    }

    private OptionalLong number(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!text.matches("[1-9][0-9]{0,11}")) {
            throw ProviderReader.fault(property + "." + name, "\"" + text + "\" (expected: a number above 0)");
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    /** A list, or one text with commas. */
    private List<String> list(String name) {
        Object value = entry.get(name);
        Stream<String> texts = value instanceof List<?> items
                ? items.stream().map(String::valueOf)
                : Stream.of(text(name).split(","));
        return texts.map(String::strip).filter(item -> !item.isEmpty()).toList();
    }

    private String text(String name) {
        Object value = entry.get(name);
        return value == null ? "" : String.valueOf(value).strip();
    }
}
