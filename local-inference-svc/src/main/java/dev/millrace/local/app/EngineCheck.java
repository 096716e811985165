package dev.millrace.local.app;

import dev.millrace.local.servers.ollama.OllamaEngine;
import dev.millrace.local.servers.openai.OpenAiEngine;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Whether engines are named so that they can be asked: a kind that is known, an address that is one. */
final class EngineCheck {
    private static final List<String> KINDS =
            List.of(OllamaEngine.NAME, OpenAiEngine.NAME, "llama-server", "vllm", "localai");
    private static final String EXAMPLE = "http://127.0.0.1:11434";
    private static final String SHORT_KEY = "local-inference.engine";
    private static final Pattern KIND_KEY = Pattern.compile("local-inference\\.engines\\[\\d+]\\.kind");
    private static final Pattern URL_KEY = Pattern.compile("local-inference\\.engines\\[\\d+]\\.url");

    private EngineCheck() {}

    /** @param values what the operator says, by full key */
    static List<String> mistakes(Map<String, Object> values) {
        List<String> mistakes = new ArrayList<>();
        new TreeMap<>(values).forEach((key, value) -> {
            String text = String.valueOf(value);
            if (text.contains("${")) {
                // A placeholder is resolved at the start.
                return;
            }
            if (key.equals(SHORT_KEY)) {
                Arrays.stream(text.split(","))
                        .filter(engine -> !engine.isBlank())
                        .forEach(engine -> shortForm(engine.strip()).ifPresent(mistakes::add));
            } else if (KIND_KEY.matcher(key).matches()) {
                kind(key, text).ifPresent(mistakes::add);
            } else if (URL_KEY.matcher(key).matches()) {
                url(key, text).ifPresent(mistakes::add);
            }
        });
        return mistakes;
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
