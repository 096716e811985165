package dev.millrace.local.app;

import dev.millrace.local.servers.ollama.OllamaEngine;
import dev.millrace.local.servers.openai.OpenAiEngine;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Mistakes;
import io.micronaut.core.type.Argument;
import io.micronaut.core.value.PropertyResolver;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether engines are named so that they can be asked: a kind that is known, an address that is one. */
final class EngineCheck {
    private static final List<String> KINDS =
            List.of(OllamaEngine.NAME, OpenAiEngine.NAME, "llama-server", "vllm", "localai");
    private static final String EXAMPLE = "http://127.0.0.1:11434";
    private static final String SHORT_KEY = "local-inference.engine";
    private static final String LIST_KEY = "local-inference.engines";

    private EngineCheck() {}

    /** @throws ConfigurationFault with everything that keeps one of them from being asked */
    static void require(PropertyResolver values) {
        Mistakes mistakes = new Mistakes();
        Arrays.stream(values.getProperty(SHORT_KEY, String.class).orElse("").split(","))
                .filter(engine -> !engine.isBlank())
                .forEach(engine -> shortForm(engine.strip()).ifPresent(mistakes::add));
        List<?> entries =
                values.getProperty(LIST_KEY, Argument.listOf(Map.class)).orElse(List.of());
        for (int i = 0; i < entries.size(); i++) {
            Map<?, ?> entry = (Map<?, ?>) entries.get(i);
            String item = LIST_KEY + "[" + i + "].";
            kind(item + "kind", text(entry, "kind")).ifPresent(mistakes::add);
            url(item + "url", text(entry, "url")).ifPresent(mistakes::add);
        }
        mistakes.throwAny();
    }

    private static String text(Map<?, ?> entry, String key) {
        return entry.get(key) == null ? "" : String.valueOf(entry.get(key));
    }

    /** What is wrong with {@code ollama=http://127.0.0.1:11434}; empty: nothing. */
    static Optional<String> shortForm(String text) {
        String[] parts = text.split("=", 2);
        String name = SHORT_KEY + " (--engine): " + text;
        if (parts.length < 2) {
            return Optional.of(name + " (expected: KIND=URL, such as ollama=" + EXAMPLE + ")");
        }
        return kind(name, parts[0]).or(() -> url(name, parts[1]));
    }

    static Optional<String> kind(String name, String kind) {
        return KINDS.contains(kind)
                ? Optional.empty()
                : Optional.of(name + ": no engine is of kind \"" + kind + "\" (expected: "
                        + String.join(", ", KINDS.subList(0, KINDS.size() - 1)) + " or " + KINDS.getLast() + ")");
    }

    private static Optional<String> url(String name, String text) {
        try {
            URI url = new URI(text);
            boolean isWeb = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (isWeb && url.getHost() != null) {
                return Optional.empty();
            }
        } catch (URISyntaxException malformed) {
            // told below
        }
        return Optional.of(
                name + ": \"" + text + "\" is no address of an engine (expected: one such as " + EXAMPLE + ")");
    }
}
